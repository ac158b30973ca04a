// <a href="/add" data-dialog="#add">: opens that part of the page in a dialog over this one. Without
// scripts, and where the part is on the page already, the link leads there.
import htmx from 'htmx.org'

const dialog = document.createElement('dialog')
dialog.id = 'over'
document.body.append(dialog)

document.addEventListener('click', (event) => {
  const link = event.target.closest('a[data-dialog]')
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return
  const part = document.querySelector(link.dataset.dialog)
  event.preventDefault()
  if (part) return part.querySelector('[autofocus]')?.focus()
  htmx.ajax('GET', link.href, { source: dialog, target: dialog, select: link.dataset.dialog, swap: 'innerHTML' }).then(() => {
    if (!dialog.firstElementChild) return location.assign(link.href)
    dialog.setAttribute('aria-label', link.textContent.trim())
    dialog.showModal()
    dialog.querySelector('[autofocus]')?.focus()
  })
})

// A click beside it closes it; what it showed is forgotten. What was done in it shows on the page.
dialog.addEventListener('click', (event) => event.target === dialog && dialog.close())
dialog.addEventListener('close', () => {
  dialog.replaceChildren()
  document.dispatchEvent(new CustomEvent('tickler:changed'))
})

// tickler:changed: parts that refresh themselves are fetched anew, from where data-live says. Nothing
// that is selected or open in them is lost.
document.addEventListener('tickler:changed', () => {
  for (const part of document.querySelectorAll('[data-live]')) {
    htmx.ajax('GET', part.dataset.live, { source: part, target: part, select: `#${part.id}`, swap: 'morph:outerHTML' })
  }
})
