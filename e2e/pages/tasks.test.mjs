// Lists of tasks: narrowed, sorted, searched, and saved as views.
import assert from 'node:assert/strict'
import { api, browserTest, checkPage, focused, signIn, waitUntil } from './browser.mjs'

const heading = (page) => page.getByRole('heading', { name: 'Tasks', level: 1 })
const names = (page) => page.getByRole('region', { name: 'List of tasks' }).locator('tbody th').allInnerTexts()
const day = (days) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 19).replace('T', ' ')

browserTest('Without tasks the list says so', async (page) => {
  await signIn(page)
  await page.getByRole('link', { name: 'Tasks' }).click()
  await heading(page).waitFor()
  await page.getByText('You have no open tasks').waitFor()
  await checkPage(page, 'tasks-empty')
})

browserTest('Tasks are narrowed, sorted, searched and saved as a view, by keyboard alone', async (page) => {
  const lead = (await api('LeadManagement.svc/Lead.Create', [
    { Attribute: 'FirstName', Value: 'Zlatko' }, { Attribute: 'LastName', Value: 'Kovač' }, { Attribute: 'EmailAddress', Value: 'z@example.com' },
  ])).Message.Id
  await api('Task.svc/Create', { Name: 'Call Kovač about the renewal', DueDate: day(-3), RelatedEntity: 1, RelatedEntityId: lead })
  await api('Task.svc/Create', { Name: 'Collect papers', DueDate: day(1), Priority: 'High' })
  await api('Task.svc/Create', { Name: 'Meet in Koramangala', DueDate: day(2), TaskType: { Name: 'Meeting' }, Location: 'Koramangala 4th Block' })
  await signIn(page)
  await page.goto('/tasks')
  await page.getByText('3 tasks.').waitFor()
  assert.deepEqual(await names(page), ['Call Kovač about the renewal', 'Collect papers', 'Meet in Koramangala'])
  await checkPage(page, 'tasks')

  // Rows are walked through, and what is done to one leaves the focus at its place.
  await page.keyboard.press('j')
  await focused(page, 'tr', 'Call Kovač')
  await page.keyboard.press('j')
  await focused(page, 'tr', 'Collect papers')
  await page.keyboard.press('x')
  await page.getByText('1 selected').waitFor()
  await page.keyboard.press('x')
  await page.keyboard.press('k')
  await page.keyboard.press('d')
  await page.getByText('2 tasks.').waitFor()
  await focused(page, 'tr', 'Collect papers')
  await page.keyboard.press('u')
  await page.getByText('3 tasks.').waitFor()
  await focused(page, 'tr', 'Call Kovač')
  await page.keyboard.press('/')
  await focused(page, '[name=q]')
  await page.keyboard.press('ArrowDown')
  await focused(page, 'tr', 'Call Kovač')

  // Any column's head sorts; a second time, the other way round.
  await page.getByRole('columnheader', { name: 'Task' }).getByRole('link').focus()
  await page.keyboard.press('Enter')
  await page.locator('th[aria-sort=ascending]', { hasText: 'Task' }).waitFor()
  await focused(page, 'a', 'Task')
  await page.getByRole('columnheader', { name: 'Task' }).getByRole('link').focus()
  await page.keyboard.press('Enter')
  await page.locator('th[aria-sort=descending]', { hasText: 'Task' }).waitFor()
  assert.deepEqual(await names(page), ['Meet in Koramangala', 'Collect papers', 'Call Kovač about the renewal'])

  // Words are found without their accents and from their beginnings on, a moment after they are written.
  await waitUntil(async () => {
    await page.goto('/tasks?owner=&q=kova+rene')
    return (await page.getByText('1 task.').count()) > 0
  })
  await page.locator('[name=q]').fill('nothing has this')
  await page.keyboard.press('Enter')
  await page.getByText('No tasks match.').waitFor()
  await checkPage(page, 'tasks-none')
  await page.locator('[name=q]').fill('')
  await page.locator('select[name=status]').selectOption('overdue')
  await page.locator('[name=q]').focus()
  await page.keyboard.press('Enter')
  await page.waitForURL(/status=Overdue/)
  assert.deepEqual(await names(page), ['Call Kovač about the renewal'])

  // Other columns, from the menu.
  await page.getByText('Columns: 5').focus()
  await page.keyboard.press('Enter')
  await page.getByRole('checkbox', { name: 'Priority' }).focus()
  await page.keyboard.press('Space')
  await checkPage(page, 'tasks-columns')
  await page.getByRole('button', { name: 'Show' }).focus()
  await page.keyboard.press('Enter')
  await page.getByRole('columnheader', { name: 'Priority' }).waitFor()
  await focused(page, 'button', 'Show')

  // Saved, and found again among the views, with how many it has.
  await page.getByText('Save this list as a view').focus()
  await page.keyboard.press('Enter')
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Late ones')
  await page.getByRole('checkbox', { name: 'Share it' }).focus()
  await page.keyboard.press('Space')
  await page.getByRole('textbox', { name: 'Name', exact: true }).focus()
  await page.keyboard.press('Enter')
  await page.getByText('The view is saved.').waitFor()
  await checkPage(page, 'tasks-view')
  await page.goto('/tasks')
  await page.getByRole('link', { name: /^Late ones\s*, tasks:\s*1$/ }).focus()
  await page.keyboard.press('Enter')
  await page.waitForURL(/view=/)
  await page.getByRole('columnheader', { name: 'Priority' }).waitFor()
  await page.getByText('Rename, share or delete this view').focus()
  await page.keyboard.press('Enter')
  page.once('dialog', (dialog) => dialog.accept())
  await page.getByRole('button', { name: 'Delete the view' }).focus()
  await page.keyboard.press('Enter')
  await page.getByText('The view is deleted.').waitFor()
})

browserTest('All that match are moved, and moved back, by a request', async (page) => {
  for (let i = 0; i < 60; i++) await api('Task.svc/Create', { Name: `Renewal ${i}`, DueDate: day(4), Location: 'Pune' })
  await signIn(page)
  await waitUntil(async () => {
    await page.goto('/tasks?owner=&q=renewal&status=open')
    return (await page.getByText('61 tasks.').count()) > 0 // with the one about a renewal
  })
  const all = page.getByRole('checkbox', { name: 'Select all that match' })
  const bar = page.getByRole('toolbar', { name: 'Selected tasks' })
  await all.focus()
  await page.keyboard.press('Space')
  await bar.getByText('All 61 selected').waitFor()
  assert.equal(await page.locator('tbody .pick:not(:checked)').count(), 0)
  await checkPage(page, 'tasks-all')
  await bar.getByRole('button', { name: 'Move' }).focus()
  await page.keyboard.press('Enter')
  await page.getByLabel('By days').fill('7')
  await checkPage(page, 'tasks-all-move')
  await page.getByLabel('By days').focus()
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Change of 61 tasks' }).waitFor()
  await page.getByText('61: 61 updated, 0 failed').waitFor()
  await page.getByText('Each task is moved 7 days later. Times stay the same.').waitFor()
  await checkPage(page, 'request-change')

  await page.keyboard.press('u')
  await page.getByRole('button', { name: 'Undo the request' }).waitFor()

  // It was the last change, so that is what u is about, everywhere.
  await page.goto('/leads')
  await page.keyboard.press('u')
  await page.getByText('The last change, of 61 tasks, was made by a request.').waitFor()
  await waitUntil(async () => {
    await page.keyboard.press('u') // which may come before the message is ready for it
    return new URL(page.url()).pathname.startsWith('/requests/')
  })
  await page.getByRole('heading', { name: 'Undo of a change: 61 tasks' }).waitFor()
  await page.getByText('61: 61 undone, 0 failed').waitFor()
  await page.getByRole('link', { name: 'another request' }).click()
  await page.getByText('Undone by').waitFor()

  // One that is selected alone is acted on at once, as elsewhere.
  await page.goto('/tasks?owner=&q=papers')
  await page.getByRole('checkbox', { name: 'Select Collect papers' }).check()
  await bar.getByText('1 selected').waitFor()
  await bar.getByRole('button', { name: 'More' }).click()
  await page.getByRole('button', { name: 'Change the reminder' }).click()
  await checkPage(page, 'tasks-remind')
  await page.getByRole('button', { name: 'An hour before' }).click()
  await page.getByText(': an hour before').waitFor()
})

browserTest('Lists work without scripts', async (page) => {
  await signIn(page)
  await page.goto('/tasks?owner=&sort=-name')
  await page.locator('select[name=due]').selectOption('tomorrow')
  await page.getByRole('button', { name: 'Show' }).click()
  await page.waitForURL(/due=tomorrow/)
  assert.deepEqual(await names(page), ['Collect papers'])
}, { javaScriptEnabled: false })
