// Menus: what is offered first has the focus, the arrow keys, Home and End go through what is
// offered, and Enter takes it. A field keeps the keys that it needs itself.
const choices = (menu) => [...menu.querySelectorAll('a[href], button, input, select')].filter((e) => !e.disabled && e.checkVisibility())

// The focus is set as the menu opens, so that the next key finds it there.
document.addEventListener(
  'beforetoggle',
  ({ target, newState }) => {
    if (newState !== 'open' || !target.matches?.('.menu')) return
    const offered = [...target.querySelectorAll('a[href], button')].find((e) => !e.disabled && !e.closest('[hidden]'))
    const first = target.querySelector('[data-name], select') ?? offered
    first?.setAttribute('autofocus', '')
  },
  true,
)

const steps = { ArrowDown: 1, ArrowUp: -1 }

document.addEventListener('keydown', (event) => {
  const { key, target } = event
  const menu = [...document.querySelectorAll('.menu:popover-open')].at(-1)
  if (!menu || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return
  const isLine = key === 'Home' || key === 'End'
  if (!(key in steps) && !isLine) return
  if (target.matches('select, input:is([type=date], [type=datetime-local], [type=time], [type=number])')) return
  if (isLine && target.matches('input')) return
  event.preventDefault()
  const all = choices(menu)
  const at = all.indexOf(document.activeElement)
  const next = isLine ? (key === 'Home' ? 0 : -1) : at < 0 ? 0 : (at + steps[key]) % all.length
  all.at(next)?.focus()
})
