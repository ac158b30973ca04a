// A list worked through, one task at a time.
import assert from 'node:assert/strict'
import { api, browserTest, checkPage, signIn, waitUntil } from './browser.mjs'

const instant = (days) => `${new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10)} 00:00:00`
const made = async (task) => (await api('Task.svc/Create', task)).Message.Id

browserTest('A queue leads through a list by keyboard alone, and back', async (page) => {
  const lead = (await api('LeadManagement.svc/Lead.Create', [{ Attribute: 'FirstName', Value: 'Asha' }, { Attribute: 'Phone', Value: '+91 98765 43210' }])).Message.Id
  for (const [name, days] of [['First', -5], ['Second', -4], ['Third', -3], ['Fourth', -2]]) {
    await made({ Name: name, DueDate: instant(days), Description: `About ${name}`, RelatedEntity: 1, RelatedEntityId: lead })
  }
  const shows = async (name, count) => {
    await page.getByRole('heading', { name, exact: true, level: 1 }).waitFor()
    await page.getByText(count).first().waitFor()
  }
  const onHeading = () => waitUntil(() => page.evaluate(() => document.activeElement.matches('h1')))
  await signIn(page)
  await page.getByRole('link', { name: 'Start with Overdue' }).focus()
  await page.keyboard.press('Enter')
  await shows('First', '1 of 4')
  await page.getByRole('link', { name: '+91 98765 43210' }).waitFor()
  await checkPage(page, 'queue')
  await page.keyboard.press('d')
  await page.getByRole('status').getByText('“First” is done.').waitFor()
  await shows('Second', '2 of 4')
  await onHeading()

  await page.keyboard.press('j') // skips
  await shows('Third', '3 of 4')
  await onHeading()
  await page.reload() // after a pause one is where one was
  await shows('Third', '3 of 4')
  await page.keyboard.press('k')
  await shows('Second', '2 of 4')
  await page.keyboard.press('j')
  await shows('Third', '3 of 4')
  await page.keyboard.press('m')
  await page.getByRole('button', { name: 'In a week' }).waitFor()
  await page.keyboard.press('w')
  await page.getByRole('status').getByText('“Third” is moved to').waitFor()
  await shows('Fourth', '4 of 4')
  await page.keyboard.press('u')
  await shows('Third', '3 of 4')
  await page.keyboard.press('s')
  await page.getByRole('button', { name: 'In an hour' }).waitFor()
  await page.keyboard.press('h')
  await shows('Fourth', '4 of 4')
  await page.keyboard.press('d')
  await page.getByRole('heading', { name: 'That was the last one' }).waitFor()
  await checkPage(page, 'queue-end')
  await page.keyboard.press('Escape')
  await page.getByRole('heading', { name: 'Today', level: 1 }).waitFor()
  await waitUntil(async () => (await page.locator('#overdue .task').count()) === 1)
})

browserTest('In a queue w says what came of the task before, and Enter opens the one that is there', async (page) => {
  for (const name of ['Buy sun cream', 'Send the samples']) await made({ Name: name, DueDate: instant(1) })
  await signIn(page)
  await page.goto(`/queue?list=${instant(1).slice(0, 10)}`)
  await page.getByRole('heading', { name: 'Buy sun cream' }).waitFor()
  await page.keyboard.press('d')
  await page.keyboard.press('w')
  await page.getByRole('heading', { name: 'What came of it?' }).waitFor()
  await page.keyboard.type('done it')
  await waitUntil(async () => (await page.locator('#note').inputValue()) === 'done it')
  await page.keyboard.press('Enter')
  await page.getByRole('status').getByText('Noted.').waitFor()
  await page.getByRole('heading', { name: 'Send the samples' }).waitFor()
  await page.keyboard.press('Enter')
  await page.waitForURL('**/tasks/**')
})

browserTest('Without scripts a queue goes on after each act', async (page) => {
  for (const name of ['Letter one', 'Letter two']) await made({ Name: name, DueDate: instant(0) })
  await signIn(page)
  await page.getByRole('link', { name: 'Start with Today' }).click()
  await page.getByRole('heading', { name: 'Letter one' }).waitFor()
  await page.getByRole('button', { name: 'Done', exact: true }).click()
  await page.getByRole('heading', { name: 'Letter two' }).waitFor()
  await page.getByRole('status').getByRole('button', { name: 'Undo' }).click()
  await page.getByRole('heading', { name: 'Letter one' }).waitFor()
}, { javaScriptEnabled: false })
