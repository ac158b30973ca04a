package tickler

// What the tests of package tickler_test need of the inside.
var (
	InstantOf = instantOf
	Earliest  = earliest
	Latest    = latest
)
