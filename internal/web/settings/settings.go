// Package settings is where people set what is theirs, and administrators what is the account's.
package settings

import (
	"embed"

	"tickler/internal/app"
	"tickler/internal/web/frame"
)

//go:embed *.html
var templates embed.FS

type area struct {
	app     *app.App
	guesses frame.Guesses
}

// New makes the area. Wrong passwords are counted with those of the sign-in.
func New(useCases *app.App, guesses frame.Guesses) frame.Area {
	a := area{useCases, guesses}
	return frame.Area{
		Sections:  []*frame.Section{sectionSettings, sectionYou, sectionKeys, sectionTypes, sectionAccount},
		Templates: templates,
		Routes:    a.routes(),
	}
}

const (
	path          = "/settings"
	accountPath   = path + "/account"
	remindersPath = accountPath + "/reminders"
)

var (
	sectionSettings = &frame.Section{Path: path, Name: "Settings", Symbol: "settings", Key: "s"}
	sectionYou      = &frame.Section{Path: path, Name: "You", In: path}
	sectionKeys     = &frame.Section{Path: path + "/keys", Name: "Access keys", In: path}
	sectionAccount  = &frame.Section{Path: accountPath, Name: "Account", In: path, Access: frame.Administrators}
)

func (a area) routes() []frame.Route {
	return []frame.Route{
		frame.Get(path, frame.Users, sectionYou, a.you),
		frame.Post(path+"/time-zone", frame.Users, sectionYou, a.setZone),
		frame.Post(path+"/preferences", frame.Users, sectionYou, a.setPreferences),
		frame.Post(path+"/reminder-mails", frame.Users, sectionYou, a.setReminderMails),
		frame.Post(path+"/password", frame.Everybody, sectionYou, a.changePassword),
		frame.Post(path+"/sign-out-everywhere", frame.Users, sectionYou, a.signOutEverywhere),
		frame.Get(path+"/keys", frame.Users, sectionKeys, a.keys),
		frame.Post(path+"/keys", frame.Users, sectionKeys, a.createKey),
		frame.Post(path+"/keys/revoke", frame.Users, sectionKeys, a.revokeKey),
		frame.Get(typesPath, frame.Users, sectionTypes, a.taskTypes),
		frame.Post(typesPath+"/{id}", frame.Administrators, sectionTypes, a.setNextStep),
		frame.Get(accountPath, frame.Administrators, sectionAccount, a.account),
		frame.Post(accountPath, frame.Administrators, sectionAccount, a.setAccount),
		frame.Get(remindersPath, frame.Administrators, sectionAccount, a.reminders),
		frame.Post(remindersPath, frame.Administrators, sectionAccount, a.moveReminders),
	}
}
