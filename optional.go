package tickler

// Optional is a value in a patch: not given, cleared, or set. The zero Optional is not given.
type Optional[T any] struct {
	value         T
	said, cleared bool
}

// Of returns an Optional that sets a value.
func Of[T any](value T) Optional[T] { return Optional[T]{value: value, said: true} }

// Cleared returns an Optional that clears a value.
func Cleared[T any]() Optional[T] { return Optional[T]{said: true, cleared: true} }

// OfPointer returns an Optional that sets what p points to; not given if p is nil.
func OfPointer[T any](p *T) Optional[T] {
	if p == nil {
		return Optional[T]{}
	}
	return Of(*p)
}

// Said reports whether the value is given: set or cleared.
func (o Optional[T]) Said() bool { return o.said }

// IsCleared reports whether the value is to be cleared.
func (o Optional[T]) IsCleared() bool { return o.cleared }

// Value returns the value to set; false when it is not given or is to be cleared.
func (o Optional[T]) Value() (T, bool) { return o.value, o.said && !o.cleared }

// Or returns the resulting value: the one to set, the zero value when it is cleared, or was when it
// is not given.
func (o Optional[T]) Or(was T) T {
	if o.said {
		return o.value
	}
	return was
}

// pointer returns the value to set, or nil.
func (o Optional[T]) pointer() *T {
	if !o.said || o.cleared {
		return nil
	}
	return &o.value
}
