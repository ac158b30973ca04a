// The page that a day is spent on, and what is done to tasks there.
import assert from 'node:assert/strict'
import { api, browserTest, checkPage, signIn, waitUntil } from './browser.mjs'

const day = 86_400_000
const instant = (days, hour = '00:00:00') => `${new Date(Date.now() + days * day).toISOString().slice(0, 10)} ${hour}`
const made = async (task) => (await api('Task.svc/Create', task)).Message.Id
const newLead = async (attributes) =>
  (await api('LeadManagement.svc/Lead.Create', Object.entries(attributes).map(([Attribute, Value]) => ({ Attribute, Value })))).Message.Id

const rowOf = (page, name) => page.locator('.task').filter({ hasText: name })
const inSection = (page, section, name) => page.locator(`#${section} .task`).filter({ hasText: name })

browserTest('A day is worked through by keyboard alone', async (page) => {
  await signIn(page)
  await page.getByRole('heading', { name: 'A clear day' }).waitFor()
  await checkPage(page, 'today-empty')

  const asha = await newLead({ FirstName: 'Asha', LastName: 'Rao', Phone: '+91 98765 43210', EmailAddress: 'asha@example.com' })
  for (const [name, days] of [['Call Asha about the renewal', -3], ['Send the offer', -1]]) {
    await made({ Name: name, DueDate: instant(days), TaskType: { Name: 'To-Do' }, RelatedEntity: 1, RelatedEntityId: asha })
  }
  for (const name of ['Collect the documents', 'Write to the bank', 'اتصل بآدا بخصوص العقد']) await made({ Name: name, DueDate: instant(0) })
  await made({ Name: 'Meet the buyers', DueDate: instant(1, '10:30:00'), TaskType: { Name: 'Meeting' }, NotifyBy: 1100, Reminder: 30, Location: 'Koramangala' })
  await page.reload()
  await page.getByText('0 of 5 done').waitFor()
  await checkPage(page, 'today')

  await page.keyboard.press('j') // the first of all
  await page.locator('#in-panel').getByRole('heading', { name: 'Call Asha about the renewal' }).waitFor()
  await checkPage(page, 'today-panel')
  await page.keyboard.press('d')
  await page.getByRole('status').getByText('“Call Asha about the renewal” is done.').waitFor()
  await page.getByText('1 of 5 done').waitFor()
  await waitUntil(() => page.evaluate(() => document.activeElement?.textContent.includes('Send the offer')))

  await page.keyboard.press('t')
  await page.getByRole('status').getByText('“Send the offer” is moved to tomorrow.').waitFor()
  await page.locator('#overdue').waitFor({ state: 'detached' })
  await page.keyboard.press('u')
  await page.getByRole('status').getByText('Undone: moving “Send the offer”.').waitFor()
  await inSection(page, 'overdue', 'Send the offer').waitFor()
  await page.keyboard.press('u')
  await inSection(page, 'overdue', 'Call Asha').waitFor()
  await page.keyboard.press('Shift+U')
  await inSection(page, 'overdue', 'Call Asha').waitFor({ state: 'detached' })

  await page.keyboard.press('j')
  await waitUntil(() => page.evaluate(() => document.activeElement?.matches('.task')))
  await page.keyboard.press('x')
  await page.keyboard.press('j')
  await page.keyboard.press('x')
  await page.getByText('2 selected').waitFor()
  await page.keyboard.press('m')
  await page.getByRole('button', { name: 'In a week' }).waitFor()
  await checkPage(page, 'today-move')
  await page.keyboard.press('w')
  await page.getByRole('status').getByText('2 tasks are moved to').waitFor()
  await page.reload() // what was done can be undone after that too
  await page.keyboard.press('u')
  await page.getByRole('status').getByText('Undone: moving 2 tasks.').waitFor()
})

browserTest('A task is put off, renamed and deleted, and comes back', async (page) => {
  await made({ Name: 'Ring the notary', DueDate: instant(0) })
  await signIn(page)
  const task = rowOf(page, 'Ring the notary')
  await task.focus()
  await page.keyboard.press('s')
  await page.getByRole('button', { name: 'In an hour' }).waitFor()
  await checkPage(page, 'today-snooze')
  await page.keyboard.press('Escape')
  await page.locator('.pick:checked').waitFor({ state: 'detached' })
  await task.focus()
  await page.keyboard.press('s')
  await page.keyboard.press('h')
  await page.getByRole('status').getByText('“Ring the notary” is snoozed until').waitFor()
  await inSection(page, 'snoozed', 'Ring the notary').waitFor({ state: 'attached' })
  await page.locator('#snoozed summary').click()
  await task.focus()
  await page.keyboard.press('e')
  await page.keyboard.type('Ring the notary again') // in place of the name, which is selected
  await page.keyboard.press('Enter')
  await page.getByRole('status').getByText('Renamed to').waitFor()
  await rowOf(page, 'Ring the notary again').focus()
  await page.keyboard.press('#')
  await page.getByRole('status').getByText('“Ring the notary again” is deleted.').waitFor()
  await page.getByRole('status').getByRole('button', { name: 'Undo' }).click()
  await inSection(page, 'snoozed', 'Ring the notary again').waitFor({ state: 'attached' })
})

browserTest('The keys are listed, and can be turned off', async (page) => {
  await signIn(page)
  await page.keyboard.press('?')
  await page.getByRole('heading', { name: 'Keys' }).waitFor()
  await page.locator('#keys').getByText('Remind me later').waitFor()
  await checkPage(page, 'keys-list')
  await page.getByLabel('Single keys do things').uncheck()
  await page.getByRole('button', { name: 'Close' }).click()
  await page.keyboard.press('g')
  await page.keyboard.press('s')
  await page.keyboard.press('?')
  await page.getByLabel('Single keys do things').check()
  await page.getByRole('button', { name: 'Close' }).click()
  await page.keyboard.press('g')
  await page.keyboard.press('s')
  await page.waitForURL('**/settings')
})

browserTest('Without scripts tasks are done and moved by buttons', async (page) => {
  await made({ Name: 'Print the contract', DueDate: instant(0) })
  await made({ Name: 'Sign the contract', DueDate: instant(0) })
  await signIn(page)
  await page.getByRole('button', { name: 'Done: Print the contract' }).click()
  await page.getByRole('status').getByText('“Print the contract” is done.').waitFor()
  await page.getByRole('checkbox', { name: 'Select Sign the contract' }).check()
  await page.getByRole('toolbar').getByRole('button', { name: 'Move' }).click()
  await page.getByRole('button', { name: 'In a week' }).click()
  await page.getByRole('status').getByText('“Sign the contract” is moved to').waitFor()
  await page.getByRole('button', { name: 'Undo', exact: true }).click()
  await page.getByRole('status').getByText('Undone: moving “Sign the contract”.').waitFor()
}, { javaScriptEnabled: false })
