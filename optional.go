package tickler

// Optional is what somebody says of a value that they may leave as it is: nothing, that it be
// cleared, or what it shall be. The zero Optional says nothing.
type Optional[T any] struct {
	value         T
	said, cleared bool
}

// Of says what a value shall be.
func Of[T any](value T) Optional[T] { return Optional[T]{value: value, said: true} }

// Cleared says that a value be taken away.
func Cleared[T any]() Optional[T] { return Optional[T]{said: true, cleared: true} }

// OfPointer says what p points to, and nothing where p is nil.
func OfPointer[T any](p *T) Optional[T] {
	if p == nil {
		return Optional[T]{}
	}
	return Of(*p)
}

// Said reports whether anything is said: a value, or that it be cleared.
func (o Optional[T]) Said() bool { return o.said }

// IsCleared reports whether the value is to be taken away.
func (o Optional[T]) IsCleared() bool { return o.cleared }

// Value returns what the value shall be; false when nothing is said or it is to be cleared.
func (o Optional[T]) Value() (T, bool) { return o.value, o.said && !o.cleared }

// Or returns the value as it shall be: what is said, its zero value when it is to be cleared, or
// what it was when nothing is said.
func (o Optional[T]) Or(was T) T {
	if o.said {
		return o.value
	}
	return was
}

// pointer returns the value that is said, or nil.
func (o Optional[T]) pointer() *T {
	if !o.said || o.cleared {
		return nil
	}
	return &o.value
}
