// The page of a task, where the links in mails lead.
import assert from 'node:assert/strict'
import { api, browserTest, checkPage, signIn, waitUntil } from './browser.mjs'

const day = 86_400_000
const instant = (days, hour = '00:00:00') => `${new Date(Date.now() + days * day).toISOString().slice(0, 10)} ${hour}`
const made = async (task) => (await api('Task.svc/Create', task)).Message.Id
const newLead = async (attributes) =>
  (await api('LeadManagement.svc/Lead.Create', Object.entries(attributes).map(([Attribute, Value]) => ({ Attribute, Value })))).Message.Id

const told = (page, text) => page.locator('#messages').getByText(text).waitFor()

browserTest('A task is worked on by keyboard alone', async (page) => {
  const lead = await newLead({ FirstName: 'Asha', LastName: 'Rao', Phone: '+91 98765 43210', EmailAddress: 'asha.rao@example.com' })
  const id = await made({
    Name: 'Call Asha about the renewal', Description: 'First line\nSecond line', TaskType: { Name: 'Phone Call' }, RelatedEntity: 1,
    RelatedEntityId: lead, DueDate: instant(1, '10:30:00'), NotifyBy: 1100, Reminder: 30, Location: 'Koramangala',
  })
  await page.goto(`/tasks/${id}`)
  await page.getByRole('heading', { name: 'Sign in' }).waitFor()
  await signIn(page)
  await page.goto(`/tasks/${id}`)
  await page.getByRole('heading', { name: 'Call Asha about the renewal' }).waitFor()
  await page.locator('.standing', { hasText: 'Starts tomorrow 10:30' }).waitFor()
  await page.getByRole('link', { name: '+91 98765 43210' }).waitFor()
  await checkPage(page, 'task')

  await page.keyboard.press('e') // the name
  await page.getByRole('textbox', { name: 'Name' }).fill('Call Asha about the contract')
  await checkPage(page, 'task-edit-in-place')
  await page.keyboard.press('Enter')
  await told(page, 'Saved.')
  await page.getByRole('heading', { name: 'Call Asha about the contract' }).waitFor()

  await page.locator('#fact-location').focus()
  await page.keyboard.press('e')
  await waitUntil(() => page.evaluate(() => document.activeElement?.name === 'location'))
  await page.keyboard.press('Escape')
  await page.locator('#edit-field').waitFor({ state: 'detached' })
  await waitUntil(() => page.evaluate(() => document.activeElement?.id === 'fact-location'))

  await page.keyboard.press('s')
  await page.getByRole('button', { name: 'In an hour' }).waitFor()
  await page.keyboard.press('h')
  await told(page, 'is snoozed until')
  await page.locator('.standing', { hasText: 'Snoozed until' }).waitFor()
  await page.keyboard.press('u')
  await told(page, 'Undone: snoozing')

  await page.keyboard.press('d')
  await page.getByRole('heading', { name: 'What is next with Asha Rao?' }).waitFor()
  await checkPage(page, 'task-next')
  await waitUntil(() => page.evaluate(() => document.activeElement?.name === 'note'))
  await page.keyboard.type('She signs on Monday')
  await page.keyboard.press('Enter')
  await told(page, 'Next: “Phone Call: Asha Rao”')
  await page.locator('.facts').getByText('She signs on Monday').waitFor()
  await checkPage(page, 'task-done')
  await page.keyboard.press('u')
  await told(page, 'with “Phone Call: Asha Rao”.')
  assert.equal(await page.locator('.facts').getByText('She signs on Monday').count(), 0)

  await page.keyboard.press('w')
  await page.getByRole('heading', { name: 'What is next with Asha Rao?' }).waitFor()
  await waitUntil(() => page.evaluate(() => document.activeElement?.name === 'note'))
  await page.keyboard.press('Escape') // nothing
  await page.locator('#next').waitFor({ state: 'detached' })

  await page.keyboard.press('o')
  await told(page, 'is open again.')
  await page.keyboard.press('#')
  await page.getByText('This task was deleted.').waitFor()
  await checkPage(page, 'task-removed')
  await page.locator('#messages').getByRole('button', { name: 'Undo' }).click()
  await page.locator('.standing').waitFor()
})

browserTest('From Today a task is done, and the next one added, by four keys', async (page) => {
  const lead = await newLead({ FirstName: 'Meera', LastName: 'Nair' })
  await made({ Name: 'Ring Meera', DueDate: instant(0), RelatedEntity: 1, RelatedEntityId: lead })
  await signIn(page)
  await page.locator('.task', { hasText: 'Ring Meera' }).focus()
  await page.keyboard.press('d')
  await told(page, '“Ring Meera” is done.')
  await page.locator('#messages').getByText('What came of it?').waitFor()
  await page.keyboard.press('w')
  await waitUntil(() => page.evaluate(() => document.activeElement?.name === 'note'))
  await checkPage(page, 'today-next')
  await page.keyboard.type('She sends the papers')
  await page.keyboard.press('Enter')
  await told(page, 'Next: “To-Do: Meera Nair”')
  assert.equal(new URL(page.url()).pathname, '/')
  await page.locator('.task', { hasText: 'To-Do: Meera Nair' }).waitFor({ state: 'attached' })
})

browserTest('Of two people who edit a task, the second chooses', async (page) => {
  const id = await made({ Name: 'Send the offer', Location: 'Pune', Description: 'About the engine' })
  await signIn(page)
  await page.goto(`/tasks/${id}`)
  await page.keyboard.press('Shift+E')
  await page.getByLabel('Place').fill('Mysuru')
  await page.getByLabel('Priority').fill('High')
  const asked = page.waitForEvent('dialog')
  const pressed = page.keyboard.press('Escape')
  await (await asked).dismiss() // stays
  await pressed
  await checkPage(page, 'task-edit')
  await api('Task.svc/Update', { UserTaskId: id, Location: 'Chennai', Description: 'About the difference engine' })
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByRole('heading', { name: 'Two versions of' }).waitFor()
  await checkPage(page, 'task-conflict')
  await page.getByRole('radio', { name: 'Take theirs' }).check()
  await page.getByRole('button', { name: 'Save' }).click()
  await told(page, 'Saved.')
  for (const text of ['Chennai', 'High', 'About the difference engine']) await page.locator('.facts').getByText(text).waitFor()
})

browserTest('Without scripts a task is edited and done', async (page) => {
  const lead = await newLead({ FirstName: 'Ravi', LastName: 'Iyer' })
  const id = await made({ Name: 'Write to Ravi', RelatedEntity: 1, RelatedEntityId: lead })
  await signIn(page)
  await page.goto(`/tasks/${id}`)
  await page.getByRole('link', { name: 'Edit: Place' }).click()
  await page.getByLabel('Place').fill('Hubli')
  await page.getByRole('button', { name: 'Save' }).click()
  await told(page, 'Saved.')
  await page.getByRole('button', { name: 'Done' }).click()
  await page.getByRole('textbox', { name: 'What came of it' }).fill('He agrees')
  await page.getByRole('button', { name: 'Add it' }).click()
  await told(page, 'Next: “To-Do: Ravi Iyer”')
}, { javaScriptEnabled: false })

browserTest('A name of many letters without a blank fits a phone', async (page) => {
  const id = await made({ Name: 'x'.repeat(500), Description: 'y'.repeat(2000), Location: 'z'.repeat(500) })
  await signIn(page)
  await page.goto(`/tasks/${id}`)
  await checkPage(page, 'task-long')
  await page.keyboard.press('Shift+E')
  await page.getByRole('heading', { name: 'Edit' }).waitFor()
  await checkPage(page, 'task-long-edit')
})
