// The page of a task: its facts are edited in their places, by a click or by e; Escape leaves that.
// Other keys are data-key's.
const typed = 'textarea, select, input'

document.addEventListener('keydown', (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return
  const { key, target } = event
  if (key === 'Escape') return leave(event)
  if (key === 'Enter' && target.matches('[data-enter]') && !event.shiftKey) {
    event.preventDefault()
    return target.form.requestSubmit()
  }
  if (key !== 'e' || target.matches(typed) || localStorage.getItem('keys') === 'off') return
  if (document.querySelector('dialog[open], [popover]:popover-open')) return
  const link = target.closest('[data-field]')?.querySelector('[data-edit]') ?? document.querySelector('#task [data-edit-name]')
  if (!link) return
  event.preventDefault()
  link.click()
})

// leave ends what is edited without saving it, and asks no further what is next.
function leave(event) {
  if (document.querySelector('[popover]:popover-open')) return
  const form = event.target.closest('form')
  const way = form?.querySelector('[data-cancel], [data-nothing]') ?? document.querySelector('[data-next] [data-nothing]')
  if (!way) return
  event.preventDefault()
  way.click()
}

// A click beside the words of a fact opens it too.
document.addEventListener('click', (event) => {
  const fact = event.target.closest('.fact[data-field]')
  if (!fact || event.target.closest('a, button, input, textarea, select, label, form')) return
  if (!getSelection().isCollapsed) return // somebody copies it
  fact.querySelector('[data-edit]')?.click()
})

// The focus goes into the form that has opened, and back to the fact when it has closed.
let edited
document.addEventListener('htmx:beforeRequest', ({ target }) => {
  const field = target.closest?.('.fact[data-field]')
  if (field) edited = field.id
})
document.addEventListener('htmx:afterSettle', ({ detail }) => {
  if (detail.target?.id !== 'task') return
  const first = document.querySelector('#task [autofocus]')
  if (first) {
    first.focus()
    if (first.matches('input, textarea')) first.select?.()
    return
  }
  document.getElementById(edited)?.focus({ preventScroll: true })
})

// What a menu of the page's acts offers first has the focus.
document.addEventListener(
  'toggle',
  ({ target, newState }) => {
    if (newState === 'open' && target.matches?.('form[data-act] .menu')) target.querySelector('select, button:not([disabled])')?.focus()
  },
  true,
)
