package demo

import (
	"sync"
	"time"

	"tickler"
)

// Person is somebody in the team.
type Person struct {
	First, Last string
	Role        tickler.Role
	Manager     int // which of the people; nobody for the head
	Zone        string
}

// Email is the address that they sign in with.
func (p Person) Email() string {
	return latin(p.First) + "." + latin(p.Last) + "@example.com"
}

// Name is their full name.
func (p Person) Name() string { return p.First + " " + p.Last }

// nobody is the index of no person, lead or task.
const nobody = -1

// The zones that the team works in. The account's calendar is the first one's.
const (
	kolkata    = "Asia/Kolkata"
	berlin     = "Europe/Berlin"
	losAngeles = "America/Los_Angeles"
)

// The people who others report to. The head is the one whom to sign in as.
const (
	head = iota
	leadsKolkata
	leadsBerlin
	leadsLosAngeles

	aRep = 7 // Lena, of the manager in Berlin
)

// team returns the people. The head travels: they are where it is a working day now.
func team(now time.Time) []Person {
	return []Person{
		{"Asha", "Rao", tickler.Administrator, nobody, zoneAtWork(now)},
		{"Priya", "Nair", tickler.SalesUser, head, kolkata},
		{"Jonas", "Weber", tickler.SalesUser, head, berlin},
		{"Grace", "Kim", tickler.SalesUser, head, losAngeles},
		{"Ravi", "Menon", tickler.SalesUser, leadsKolkata, kolkata},
		{"Sunita", "Das", tickler.SalesUser, leadsKolkata, kolkata},
		{"Farhan", "Ali", tickler.SalesUser, leadsKolkata, kolkata},
		{"Lena", "Fischer", tickler.SalesUser, leadsBerlin, berlin},
		{"Mateusz", "Zając", tickler.SalesUser, leadsBerlin, berlin},
		{"Amélie", "Laurent", tickler.SalesUser, leadsBerlin, berlin},
		{"Diego", "Morales", tickler.SalesUser, leadsLosAngeles, losAngeles},
		{"Hannah", "Cole", tickler.SalesUser, leadsLosAngeles, losAngeles},
	}
}

// zoneAtWork returns the team's zone in which an instant is nearest to the middle of a working day.
func zoneAtWork(now time.Time) string {
	const midday = 13 * 60
	best, nearest := kolkata, 24*60
	for _, zone := range []string{kolkata, berlin, losAngeles} {
		hour, minute, _ := now.In(location(zone)).Clock()
		distance := max(hour*60+minute-midday, midday-hour*60-minute)
		if distance < nearest {
			best, nearest = zone, distance
		}
	}
	return best
}

// location returns one of the team's zones.
func location(zone string) *time.Location { return locations()[zone] }

// locations are read once: a plan asks for them thousands of times.
var locations = sync.OnceValue(func() map[string]*time.Location {
	all := map[string]*time.Location{}
	for _, zone := range []string{kolkata, berlin, losAngeles} {
		all[zone] = tickler.KeptZone(zone)
	}
	return all
})

// taskTypes returns the types that the team has beside those of a new account.
func taskTypes() []tickler.TaskType {
	field := func(number, label string, kind tickler.DataType, options ...string) tickler.CustomField {
		return tickler.CustomField{
			SchemaName: "mx_Custom_" + number, DisplayName: label, DataType: kind, Options: options,
		}
	}
	return []tickler.TaskType{
		{
			Name: siteSurvey, Category: tickler.CategoryAppointment, Color: "#FFCC80", DefaultDuration: 90 * time.Minute,
			Fields: []tickler.CustomField{
				field("1", "Roof", tickler.DropdownData, roofs...),
				field("2", "Area in m²", tickler.NumberData),
				field("3", "Scaffold needed", tickler.BooleanData),
			},
		},
		{
			Name: productDemo, Category: tickler.CategoryAppointment, Color: "#80CBC4", DefaultDuration: 45 * time.Minute,
			Fields: []tickler.CustomField{
				field("1", "Where", tickler.DropdownData, places...),
				field("2", "Attendees", tickler.NumberData),
			},
		},
		{
			Name: quote, Category: tickler.CategoryToDo, Color: "#EF9A9A",
			Fields: []tickler.CustomField{
				field("1", "Quote number", tickler.StringData),
				field("2", "Amount", tickler.NumberData),
				field("3", "Valid until", tickler.DateData),
				field("4", "Includes", tickler.MultiSelectData, parts...),
			},
		},
	}
}

// nextSteps are what usually follows a task with a lead.
var nextSteps = []NextStep{
	{After: revive, Type: phoneCall, Days: 1},
	{After: phoneCall, Type: followUp, Days: 3},
	{After: meeting, Type: followUp, Days: 1},
	{After: siteSurvey, Type: quote, Days: 2},
	{After: productDemo, Type: quote, Days: 3},
	{After: quote, Type: followUp, Days: 5},
	{After: documents, Type: phoneCall, Days: 2},
}

var (
	roofs  = []string{"Flat", "Pitched, tiles", "Pitched, metal", "Sawtooth"}
	places = []string{"On site", "Video", "Showroom"}
	parts  = []string{"Panels", "Battery", "Charging points", "Maintenance"}
)

// The types of task, as the story uses them.
const (
	phoneCall   = "Phone Call"
	meeting     = "Meeting"
	followUp    = "Follow-Up"
	siteSurvey  = "Site Survey"
	productDemo = "Product Demo"
	quote       = "Quote"
	toDo        = "To-Do"
	documents   = "Document Collection"
	revive      = "Revive Old Lead"
)

// shares are how often the team has tasks of each type, in percent.
var shares = []struct {
	taskType string
	percent  int
}{
	{phoneCall, 26},
	{followUp, 14},
	{meeting, 11},
	{siteSurvey, 8},
	{productDemo, 5},
	{quote, 10},
	{toDo, 14},
	{documents, 7},
	{revive, 5},
}

// durations are how long appointments of each type last; a type without one is of to-dos.
var durations = map[string]time.Duration{
	phoneCall: 30 * time.Minute, meeting: 30 * time.Minute, followUp: 30 * time.Minute,
	siteSurvey: 90 * time.Minute, productDemo: 45 * time.Minute,
}
