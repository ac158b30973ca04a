package wire

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tickler"
)

// Shapes are built from others without changing them.
func TestShapesThatGrowShareNothing(t *testing.T) {
	base := ShapeOf("A").With("B", ListOf(AnyValue))
	left, right := base.And("Left"), base.And("Right")
	for name, c := range map[string]struct {
		shape *Shape
		want  []string
	}{
		"base":  {base, []string{"A", "B"}},
		"left":  {left, []string{"A", "B", "Left"}},
		"right": {right, []string{"A", "B", "Right"}},
	} {
		var got []string
		for _, a := range c.shape.Attributes {
			got = append(got, a.Name)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// A body is read by the names in its shape, and the first fault is named by its path.
func TestReadingAShape(t *testing.T) {
	shape := ShapeOf("Name").With("Rows", RowsOf(ShapeOf("Due"), 2))
	body, err := shape.Read([]byte(`{"nAME": " Ada ", "rows": [{"due": 1}, {"DUE": "x"}]}`))
	if err != nil {
		t.Fatal(err)
	}
	r := Read(body)
	if got := r.Word("Name"); got != "Ada" {
		t.Errorf("the name is %q", got)
	}
	rows := r.Each("Rows")
	if first, second := rows[0].Whole("Due", "a number"), rows[1].Whole("Due", "a number"); *first != 1 || second != nil {
		t.Errorf("due are %v and %v", *first, second)
	}
	r.Merge(rows...)
	r.Miss("Name", "a later fault")
	mistake, ok := errors.AsType[*Mistake](r.Err())
	want := &Mistake{tickler.KindInvalid, "Rows[1].Due", "'Rows[1].Due' has the invalid value 'x'. Expected a number."}
	if diff := cmp.Diff(want, mistake); !ok || diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// Texts are composed, but for those that are read raw.
func TestTextsAreComposed(t *testing.T) {
	const apart, composed = "Rene\u0301", "Ren\u00e9"
	n, err := Parse([]byte(`{"Name": " ` + apart + ` ", "Fields": {"a": "` + apart + `"}, "All": ["` + apart + `"]}`))
	if err != nil {
		t.Fatal(err)
	}
	r := Read(n)
	asIs := func(text string) (string, error) { return text, nil }
	got := []string{
		r.Text("Name"), r.Word("Name"), r.Plain("Name"), r.Whatever("Name"), *Convert(r, "Name", "", asIs), Items(r, "All", "", asIs)[0],
		r.Within("Fields").ValuesByName()["a"], r.Node("Name").Composed(), r.Raw("Name"), r.Node("Name").Text,
	}
	want := []string{
		" " + composed + " ", composed, composed, " " + composed + " ", composed, composed,
		composed, " " + composed + " ", apart, " " + apart + " ",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// What an array holds is found as it was sent, also in a body that is not read to its end.
func TestRawItems(t *testing.T) {
	for body, want := range map[string]int{
		`{"Rows": [1, {}]}`:            2,
		"\ufeff" + `{"rOWS": ["a"]}`:   1,
		`{"Rows": [1], "rows": [1,2]}`: 2,
		`{"Rows": {}}`:                 0,
		`{"Others": [1]}`:              0,
		`[1]`:                          0,
		`{"Rows": [1`:                  0,
	} {
		if got := RawItems([]byte(body), "Rows"); len(got) != want {
			t.Errorf("%s: %d items, want %d", body, len(got), want)
		}
	}
}

// An object is written in order, and leaving out a member does not change the others.
func TestObjects(t *testing.T) {
	o := Object{{"Name", "Ada \u2713"}, {"Count", 2}, {"Done", false}}.With("None", nil)
	for name, c := range map[string]struct {
		object Object
		want   string
	}{
		"whole":   {o, `{"Name":"Ada ✓","Count":2,"Done":false,"None":null}`},
		"without": {o.Without(map[string]bool{"count": true}), `{"Name":"Ada ✓","Done":false,"None":null}`},
		"only":    {o.Only(map[string]bool{"done": true}), `{"Done":false}`},
		"blanked": {o.Blanked(map[string]bool{"done": true}), `{"Name":null,"Count":null,"Done":false,"None":null}`},
		"all":     {o.Only(map[string]bool{"*": true}), `{"Name":"Ada ✓","Count":2,"Done":false,"None":null}`},
	} {
		if got := string(Marshal(c.object)); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
	if got := o.Text("Count") + o.Text("Name") + o.Text("Absent"); got != "2Ada ✓" {
		t.Errorf("the texts are %q", got)
	}
}
