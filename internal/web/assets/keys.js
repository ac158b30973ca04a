// Keys. A link or button says by data-key="d" which key presses it ("g t": first g, then t), and by
// data-keys-help="Done" how the list of keys names it. j and k walk through the rows of [data-walk],
// Enter opens one, x selects it, / goes to the search, ? lists the keys. Where something lies over
// the page, only its own keys count.

// Single keys can be in the way of who speaks to the machine: the list of keys turns them off.
const areOff = () => localStorage.getItem('keys') === 'off'

let begun = '' // the first key of a sequence

document.addEventListener('keydown', (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return
  if (event.key === 'Shift' || isTyping(event.target)) return
  if (areOff() && event.key !== '?' && event.key !== 'Escape') return
  const keys = begun ? `${begun} ${event.key}` : event.key
  begun = ''
  const button = withKey(keys)
  if (button) {
    event.preventDefault()
    press(button)
  } else if (hasSequence(keys)) {
    begun = keys
  } else if (!topLayer() && general[keys]?.(event) === true) {
    event.preventDefault()
  }
})

function isTyping(element) {
  const writes = 'textarea, select, [contenteditable], input:not([type=checkbox], [type=radio], [type=submit], [type=button])'
  return element.matches?.(writes)
}

// topLayer is what lies over the page, the last opened.
const topLayer = () => [...document.querySelectorAll('dialog[open], [popover]:popover-open')].at(-1)

// withKey finds what a key presses: what can be seen of it, or belongs to tasks that are not selected
// yet.
function withKey(keys) {
  const within = topLayer() ?? document
  const all = [...within.querySelectorAll('[data-key]')].filter((e) => e.dataset.key === keys && !e.disabled)
  return all.find((e) => (within === document ? isReady(e) : e.checkVisibility()))
}

// What is inside of a popover that is closed waits for it; acts on tasks wait for a task.
function isReady(element) {
  if (element.closest('[popover]:not(:popover-open)')) return false
  const acts = element.closest('.of-selection')
  return acts ? document.dispatchEvent(new CustomEvent('tickler:need-task', { cancelable: true, detail: acts })) === false
    : element.hidden || element.checkVisibility()
}

const hasSequence = (keys) => !topLayer() && [...document.querySelectorAll('[data-key]')].some((e) => e.dataset.key.startsWith(`${keys} `))

function press(element) {
  if (element.hidden || !element.hasAttribute('popovertarget')) return element.click()
  element.focus({ preventScroll: true }) // where the focus comes back to
  element.click()
}

const rows = () => [...document.querySelectorAll('[data-walk] > *')].filter((row) => row.checkVisibility())

// row is the one that the focus is in, or was last.
let lastRow
export const row = () => {
  const here = document.activeElement?.closest('[data-walk] > *')
  if (here) return here
  return lastRow && document.getElementById(lastRow)
}
document.addEventListener('focusin', (event) => {
  const here = event.target.closest('[data-walk] > *')
  if (here?.id) lastRow = here.id
})

export function go(to) {
  to?.focus({ preventScroll: true })
  to?.scrollIntoView({ block: 'nearest' })
}

function walk(step) {
  const all = rows()
  const at = all.indexOf(row())
  const to = all[at < 0 ? 0 : Math.min(all.length - 1, Math.max(0, at + step))]
  go(to)
  return Boolean(to)
}

const general = {
  j: () => walk(1),
  k: () => walk(-1),
  ArrowDown: () => document.activeElement?.matches('[data-walk] > *') && walk(1),
  ArrowUp: () => document.activeElement?.matches('[data-walk] > *') && walk(-1),
  x: () => {
    const box = row()?.querySelector('input[type=checkbox]')
    box?.click()
    return Boolean(box)
  },
  Enter: ({ target }) => {
    if (!target.matches('[data-walk] > *')) return false
    target.querySelector('a[href]')?.click()
    return true
  },
  '/': () => {
    const search = document.querySelector('[data-search], input[type=search]')
    search?.focus()
    return Boolean(search)
  },
  '?': () => {
    list().showModal()
    return true
  },
}

// list is the dialog with all keys of this page.
function list() {
  const dialog = document.getElementById('keys') ?? document.body.appendChild(document.createElement('dialog'))
  Object.assign(dialog, { id: 'keys', className: 'keys' })
  dialog.setAttribute('aria-labelledby', 'keys-title')
  const lines = new Map()
  if (document.querySelector('[data-walk]')) {
    lines.set('Next and previous task', ['j', 'k']).set('Open the task', ['Enter']).set('Select the task', ['x'])
  }
  for (const element of document.querySelectorAll('[data-key]')) {
    const { key, keysHelp } = element.dataset
    if (keysHelp) lines.set(keysHelp, [...key.split(' ')])
    else if (key.includes(' ')) lines.set(element.textContent.trim(), key.split(' '))
  }
  if (document.querySelector('[data-search], input[type=search]')) lines.set('Search', ['/'])
  lines.set('This list', ['?'])
  const title = Object.assign(document.createElement('h2'), { id: 'keys-title', textContent: 'Keys' })
  const table = document.createElement('dl')
  for (const [name, keys] of lines) {
    const term = document.createElement('dt')
    term.append(...keys.flatMap((key) => [Object.assign(document.createElement('kbd'), { textContent: key }), ' ']))
    table.append(term, Object.assign(document.createElement('dd'), { textContent: name }))
  }
  const off = Object.assign(document.createElement('input'), { type: 'checkbox', checked: !areOff() })
  off.addEventListener('change', () => localStorage.setItem('keys', off.checked ? 'on' : 'off'))
  const label = document.createElement('label')
  label.append(off, ' Turn on single-key shortcuts')
  const close = Object.assign(document.createElement('button'), { type: 'button', textContent: 'Close', className: 'secondary outline', autofocus: true })
  close.addEventListener('click', () => dialog.close())
  dialog.replaceChildren(title, table, label, close)
  return dialog
}
