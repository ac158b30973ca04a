// The page that a day is spent on, and what is done to tasks there.
import assert from 'node:assert/strict'
import { api, browserTest, checkPage, focused, signIn, waitUntil } from './browser.mjs'

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
  await focused(page, '.task', 'Send the offer') // what came back has the focus
  await page.keyboard.press('u')
  await inSection(page, 'overdue', 'Call Asha').waitFor()
  await focused(page, '.task', 'Call Asha')
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

browserTest('Keys that are pressed before an act is answered are done to no other task', async (page) => {
  for (const name of ['Buy sun cream', 'Buy sunglasses']) await made({ Name: name, DueDate: instant(0) })
  await signIn(page)
  let release
  const released = new Promise((resolve) => (release = resolve))
  await page.route('**/tasks/act', async (route) => {
    await released
    await route.continue()
  })
  await rowOf(page, 'Buy sun cream').focus()
  await page.keyboard.press('d')
  await rowOf(page, 'Buy sun cream').waitFor({ state: 'hidden' })
  await page.keyboard.press('d') // meant for nothing that can be known
  await page.keyboard.press('w') // held, with what follows
  await page.keyboard.type('done it')
  release()
  await page.getByRole('heading', { name: 'What came of it?' }).waitFor()
  await waitUntil(async () => (await page.locator('#note').inputValue()) === 'done it')
  await page.keyboard.press('Enter')
  await page.getByRole('status').getByText('Noted.').waitFor()
  await inSection(page, 'done', 'done it').waitFor({ state: 'attached' })
  await inSection(page, 'today', 'Buy sunglasses').waitFor()
  await focused(page, '.task', 'Buy sunglasses') // where it went after the first act
  await waitUntil(async () => {
    await page.keyboard.press('w') // the page's own message may still be on its way
    return (await page.getByText('Nothing was done just now.').count()) > 0
  })
})

browserTest('What is taken back is there before the answer, and goes again if that fails', async (page) => {
  for (const name of ['Sweep the yard', 'Sweep the hall']) await made({ Name: name, DueDate: instant(0) })
  await signIn(page)
  await rowOf(page, 'Sweep the yard').focus()
  await page.keyboard.press('d')
  await page.getByRole('status').getByText('“Sweep the yard” is done.').waitFor()
  const isOpen = () => inSection(page, 'today', 'Sweep the yard').count()
  let release
  await page.route('**/undo*', async (route) => {
    await new Promise((resolve) => (release = resolve))
    await route.fulfill({ status: 503, body: '' })
  })
  await page.keyboard.press('u')
  await waitUntil(isOpen)
  await waitUntil(() => release)
  release()
  await waitUntil(async () => (await isOpen()) === 0)
  await page.unrouteAll({ behavior: 'wait' })
  await page.keyboard.press('u')
  await page.getByRole('status').getByText('Undone: completing “Sweep the yard”.').waitFor()
  await inSection(page, 'today', 'Sweep the yard').waitFor()
})

browserTest('What changes nothing, or lacks what it needs, leaves the focus and the selection', async (page) => {
  for (const name of ['Oil the gate', 'Oil the door']) await made({ Name: name, DueDate: instant(0) })
  await signIn(page)
  await rowOf(page, 'Oil the gate').focus()
  await page.keyboard.press('m')
  await focused(page, '#move-menu button', 'Today')
  await page.keyboard.press('Enter')
  await page.getByRole('status').getByText('Nothing has changed.').waitFor()
  await focused(page, '.task', 'Oil the gate')
  await page.keyboard.press('x')
  await page.keyboard.press('m')
  await page.getByRole('button', { name: 'Move there' }).click()
  await focused(page, '#move-menu [name=day]')
  await page.keyboard.press('Escape')
  assert.equal(await page.locator('.pick:checked').count(), 1)
})

browserTest('Menus open at their task and are gone through by arrows', async (page) => {
  await made({ Name: 'Water the plants', DueDate: instant(0), NotifyBy: 1100, Reminder: 30 })
  await signIn(page)
  const task = rowOf(page, 'Water the plants')
  await task.focus()
  const near = async (menu) => {
    const [a, b] = [await task.boundingBox(), await page.locator(menu).boundingBox()]
    assert.ok(Math.min(Math.abs(b.y - a.y - a.height), Math.abs(a.y - b.y - b.height)) < 40, `${menu} at ${JSON.stringify(b)}, the task at ${JSON.stringify(a)}`)
    assert.equal(await page.locator('.of-selection').isVisible(), false)
  }
  await page.keyboard.press('s')
  await focused(page, '#snooze-menu button', 'In an hour')
  await near('#snooze-menu')
  await page.keyboard.press('Escape')
  await focused(page, '.task', 'Water the plants')
  await page.keyboard.press('e')
  await focused(page, '#rename-menu [data-name]')
  await near('#rename-menu')
  await page.keyboard.press('Escape')
  await focused(page, '.task', 'Water the plants')
  await page.keyboard.press('a')
  await focused(page, '#assign-menu select')
  await near('#assign-menu')
  assert.equal(await page.locator('#assign-menu select').inputValue(), '')
  await page.keyboard.press('Escape')
  await focused(page, '.task', 'Water the plants')
  await page.keyboard.press('.')
  await page.keyboard.press('r')
  await focused(page, '#remind-menu button', 'When it is due')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('ArrowDown')
  await focused(page, '#remind-menu button', 'An hour before')
  await page.keyboard.press('End')
  await focused(page, '#remind-menu button', 'Not at all')
  await page.keyboard.press('ArrowDown')
  await focused(page, '#remind-menu button', 'When it is due')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await page.getByRole('status').getByText('Reminder set for “Water the plants”: 15 minutes before').waitFor()
  await focused(page, '.task', 'Water the plants')
})

browserTest('What goes as soon as something is chosen waits for who goes through the choices by keys', async (page) => {
  await signIn(page)
  await page.locator('main').evaluate((main) => { // whose day it is can only be asked of several people
    main.insertAdjacentHTML('beforeend', '<form data-go action="/"><select name="of"><option value=""><option value="a">A<option value="b">B</select><button>Show</button></form>')
  })
  await page.locator('[name=of]').focus()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('ArrowDown')
  await page.getByRole('button', { name: 'Show' }).waitFor()
  assert.equal(new URL(page.url()).search, '')
  await page.keyboard.press('Enter')
  await page.waitForURL('**/?of=b')
})

browserTest('The keys are listed, and can be turned off', async (page) => {
  await signIn(page)
  await page.keyboard.press('?')
  await page.getByRole('heading', { name: 'Keys' }).waitFor()
  for (const text of ['Remind me later', 'What came of the task that is done', 'Redo', 'Next and previous task']) {
    await page.locator('#keys').getByText(text, { exact: true }).waitFor()
  }
  await checkPage(page, 'keys-list')
  await page.getByLabel('Turn on single-key shortcuts').uncheck()
  await page.getByRole('button', { name: 'Close' }).click()
  await page.keyboard.press('g')
  await page.keyboard.press('s')
  await page.getByRole('button', { name: 'your menu' }).click()
  await page.getByRole('button', { name: 'Keys' }).click()
  await page.getByLabel('Turn on single-key shortcuts').check()
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
