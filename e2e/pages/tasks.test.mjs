// Lists of tasks: narrowed, sorted, searched, and saved as views.
import assert from 'node:assert/strict'
import { api, browserTest, checkPage, signIn, waitUntil } from './browser.mjs'

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

  // Any column's head sorts; a second time, the other way round.
  await page.getByRole('columnheader', { name: 'Task' }).getByRole('link').focus()
  await page.keyboard.press('Enter')
  await page.locator('th[aria-sort=ascending]', { hasText: 'Task' }).waitFor()
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

  // Saved, and found again among the views, with how many it has.
  await page.getByText('Save this list as a view').focus()
  await page.keyboard.press('Enter')
  await page.getByLabel('Name').fill('Late ones')
  await page.getByRole('checkbox', { name: 'Share it' }).focus()
  await page.keyboard.press('Space')
  await page.getByLabel('Name').focus()
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

browserTest('Lists work without scripts', async (page) => {
  await signIn(page)
  await page.goto('/tasks?owner=&sort=-name')
  await page.locator('select[name=due]').selectOption('tomorrow')
  await page.getByRole('button', { name: 'Show' }).click()
  await page.waitForURL(/due=tomorrow/)
  assert.deepEqual(await names(page), ['Collect papers'])
}, { javaScriptEnabled: false })
