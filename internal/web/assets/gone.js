// What an act takes from its place is kept as it was there, so that undo shows it at once; the answer
// that follows says how things are. The acts of this page are known here, not those of other pages: if
// the last one was made elsewhere, the answer puts right what was shown too soon.
const acts = [] // what each one took, the last one at the end
let returned = []

export const listOf = (task) => task.parentElement.closest('[id]')?.id

export function keep(tasks) {
  acts.push(tasks.map((task) => ({ task: task.cloneNode(true), list: listOf(task), after: task.previousElementSibling?.id })))
}

// forget drops the last act: it failed.
export const forget = () => acts.pop()

// bringBack shows again what the last act took.
export function bringBack() {
  returned = []
  for (const { task, list, after } of acts.pop() ?? []) {
    const rows = document.querySelector(`#${CSS.escape(list)} [data-walk]`)
    if (!rows) continue
    document.getElementById(task.id)?.remove()
    const before = after && document.getElementById(after)
    if (before?.parentElement === rows) before.after(task)
    else rows.prepend(task)
    returned.push(task)
  }
}

// takeAway hides again what was brought back: that failed.
export function takeAway() {
  for (const task of returned) task.remove()
  returned = []
}

// What is added in a dialog is what undo is about next.
document.addEventListener('htmx:afterRequest', ({ detail }) => {
  const { verb, elt } = detail.requestConfig
  if (verb === 'post' && detail.successful && elt.closest('dialog')) keep([])
})
