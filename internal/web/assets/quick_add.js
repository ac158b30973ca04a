// The line that a task is added by. Backspace right behind a part that was read turns it back into
// text, as a press on its chip does.
document.addEventListener('keydown', (event) => {
  const line = event.target
  if (event.key !== 'Backspace' || !line.matches('[data-line]') || line.selectionStart !== line.selectionEnd) return
  const reading = document.getElementById('reading')
  const before = line.value.length - line.value.trimStart().length // what was read is without outer blanks
  if (reading?.dataset.of !== line.value.trim()) return
  const chip = reading.querySelector(`[data-to="${line.selectionStart - before}"]`)
  if (!chip) return
  event.preventDefault()
  chip.click()
})
