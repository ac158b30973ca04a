package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"tickler"
)

type taskTypeCommands struct {
	Add  taskTypeAddCommand  `cmd:"" help:"Add a task type."`
	List taskTypeListCommand `cmd:"" help:"List the task types."`
	Next taskTypeNextCommand `cmd:"" help:"Say which task usually follows one of a type."`
}

// taskTypeAddCommand adds a task type to an account.
type taskTypeAddCommand struct {
	accountFlags `embed:""`

	Name            text          `arg:"" help:"The name."`
	Category        string        `env:"-" help:"appointment or to-do." enum:"appointment,to-do" default:"to-do"`
	Color           string        `env:"-" help:"The color, #RRGGBB." default:"#CFD8DC"`
	DefaultDuration time.Duration `env:"-" help:"How long an appointment lasts when its end is not given." default:"30m"`
	Default         bool          `env:"-" help:"Give this type to tasks without one."`
	Field           []text        `env:"-" help:"A custom field: DATATYPE[!]:LABEL[:OPTION|OPTION...], ! for mandatory. May be repeated." placeholder:"FIELD" sep:"none"`
}

// Run adds the task type.
func (c taskTypeAddCommand) Run(ctx context.Context, env *environment) error {
	return c.do(ctx, env, func(s *session) error {
		t := tickler.TaskType{Name: string(c.Name), Category: tickler.CategoryToDo, Color: c.Color, IsDefault: c.Default}
		if c.Category == tickler.CategoryAppointment.String() {
			t.Category, t.DefaultDuration = tickler.CategoryAppointment, c.DefaultDuration
		}
		for i, described := range c.Field {
			field, err := parseField(string(described))
			if err != nil {
				return err
			}
			field.SchemaName = fmt.Sprintf("mx_Custom_%d", i+1)
			t.Fields = append(t.Fields, field)
		}
		t, err := s.CreateTaskType(ctx, s.caller, t)
		if err != nil {
			return err
		}
		return printFacts(env.stdout, c.JSON,
			fmt.Sprintf("Added the %s type '%s' with the id %s.", t.Category, t.Name, t.ID),
			fact{"taskTypeId", t.ID}, fact{"name", t.Name})
	})
}

// parseField reads a custom field, like Dropdown!:City:Pune|Delhi.
func parseField(text string) (tickler.CustomField, error) {
	dataType, rest, _ := strings.Cut(text, ":")
	name, mandatory := strings.CutSuffix(dataType, "!")
	kind, ok := tickler.ParseDataType(name)
	if !ok {
		return tickler.CustomField{}, misused("--field", text,
			"a data type first, one of "+strings.Join(tickler.DataTypeNames(), ", "))
	}
	label, options, _ := strings.Cut(rest, ":")
	field := tickler.CustomField{DisplayName: label, DataType: kind, Mandatory: mandatory}
	if options != "" {
		field.Options = strings.Split(options, "|")
	}
	return field, nil
}

// taskTypeNextCommand sets which task is proposed when one of a type is done.
type taskTypeNextCommand struct {
	accountFlags `embed:""`

	Name      string `arg:"" help:"The type of what is done."`
	Next      string `arg:"" help:"The type of what follows; '-' for no rule."`
	AfterDays int    `env:"-" help:"How many days later it is due." default:"7"`
}

// Run sets the rule.
func (c taskTypeNextCommand) Run(ctx context.Context, env *environment) error {
	return c.do(ctx, env, func(s *session) error {
		done, err := typeNamed(s, c.Name)
		if err != nil {
			return err
		}
		if c.Next == "-" {
			if err := s.SetNextStep(ctx, s.caller, done.ID, tickler.NextStep{}); err != nil {
				return err
			}
			return printFacts(env.stdout, c.JSON, fmt.Sprintf("'%s' has no rule for its next step.", done.Name),
				fact{"taskTypeId", done.ID})
		}
		next, err := typeNamed(s, c.Next)
		if err != nil {
			return err
		}
		if err := s.SetNextStep(ctx, s.caller, done.ID, tickler.NextStep{TypeID: next.ID, AfterDays: c.AfterDays}); err != nil {
			return err
		}
		return printFacts(env.stdout, c.JSON,
			fmt.Sprintf("After '%s' comes '%s', %d days later.", done.Name, next.Name, c.AfterDays),
			fact{"taskTypeId", done.ID}, fact{"nextTypeId", next.ID}, fact{"afterDays", c.AfterDays})
	})
}

func typeNamed(s *session, name string) (tickler.TaskType, error) {
	t, found := s.caller.Account.TaskTypeByName(name)
	if !found {
		return t, tickler.Refuse(tickler.FactNoTaskType, tickler.FieldTaskType, name)
	}
	return t, nil
}

// taskTypeListCommand lists an account's task types.
type taskTypeListCommand struct {
	accountFlags `embed:""`
}

// Run prints the list.
func (c taskTypeListCommand) Run(ctx context.Context, env *environment) error {
	return c.do(ctx, env, func(s *session) error {
		list := table{columns: []string{"id", "name", "category", "color", "defaultDuration", "default", "fields"}}
		for _, t := range s.caller.Account.TaskTypes() {
			list.add(t.ID, t.Name, t.Category, t.Color, duration(t), t.IsDefault, fieldTexts(t))
		}
		return list.print(env.stdout, c.JSON)
	})
}

// duration is how long appointments of a type last by default; nil for to-dos.
func duration(t tickler.TaskType) any {
	if t.Category == tickler.CategoryToDo {
		return nil
	}
	return minutes(t.DefaultDuration)
}

// minutes is a duration that people read in minutes.
type minutes time.Duration

// String names the minutes.
func (m minutes) String() string { return fmt.Sprintf("%d min", int(time.Duration(m).Minutes())) }

func fieldTexts(t tickler.TaskType) []string {
	texts := make([]string, len(t.Fields))
	for i, f := range t.Fields {
		texts[i] = fmt.Sprintf("%s (%s)", f.SchemaName, f.DataType)
	}
	return texts
}
