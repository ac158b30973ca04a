package frame

// Section is a place that the navigation links to. A route says which one it belongs to. They stand
// in the order of the areas.
type Section struct {
	Path, Name string
	// In is the path of the section that this one is a part of, or PersonMenu; "": the header links to
	// it.
	In string
	// Access says who sees the link: Users or Administrators.
	Access Access
	// Symbol is what stands beside the name, from templates/symbols.html; "": a dot.
	Symbol string
	// Key is the letter that leads here after g; "": none.
	Key string
}

// PersonMenu stands for the menu of whoever is signed in, where a section's link may be.
const PersonMenu = "menu"

// SectionLink is a section as the navigation of a page shows it.
type SectionLink struct {
	Path, Name  string
	Symbol, Key string
	Current     bool // the page belongs to it
}

// links are the sections that a page's user sees at one place: those in the header for "", else the
// parts of the section with that path.
func (p *Page) links(in string) (links []SectionLink) {
	if p.IsStranger() {
		return nil
	}
	for _, s := range p.frame.sections {
		if s.In == in && s.Access.admits(p.Caller) {
			current := p.section != nil && (p.section == s || in == "" && p.section.In == s.Path)
			links = append(links, SectionLink{s.Path, s.Name, s.Symbol, s.Key, current})
		}
	}
	return links
}
