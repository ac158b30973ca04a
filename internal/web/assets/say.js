// tell says something of ours where messages are shown.
export function tell(text) {
  const message = Object.assign(document.createElement('div'), { className: 'message' })
  message.append(Object.assign(document.createElement('p'), { textContent: text }))
  document.getElementById('messages')?.replaceChildren(message)
}
