// Webhooks: from the empty page to deliveries that are sent again, and a receiver that fails.
import assert from 'node:assert/strict'
import { api, browserTest, checkPage, received, receiverURL, signIn } from './browser.mjs'

const heading = (page, name) => page.getByRole('heading', { name, level: 1 })

browserTest('Without a webhook the page says what they are for and how they are checked', async (page) => {
  await signIn(page)
  await page.goto('/webhooks')
  await page.getByText('No webhooks yet.').waitFor()
  await checkPage(page, 'webhooks-empty')
})

browserTest('A webhook is made, tried, told of a task, stopped and resumed', async (page) => {
  await signIn(page)
  await page.goto('/webhooks')
  await page.getByRole('button', { name: 'New webhook' }).click()
  await heading(page, 'New webhook').waitFor()
  await checkPage(page, 'webhook-new')
  await page.getByLabel('Event').selectOption('Task created')
  await page.getByLabel('URL of the receiver').fill(receiverURL('tasks'))
  await page.getByLabel('Description').fill('Tell the dispatcher')
  await page.getByLabel('Extra headers').fill('X-Team: North')
  await page.getByRole('button', { name: 'Save' }).click()
  await heading(page, 'Webhook: Task created').waitFor()

  await page.getByRole('button', { name: 'Send a trial' }).click()
  const [trial] = await received('tasks', 1)
  assert.equal(JSON.parse(trial.Body).EventType, 'Trial')
  assert.deepEqual(trial.Header['X-Team'], ['North'])

  await api('Task.svc/Create', { Name: 'Call Ada back' })
  const [, told] = await received('tasks', 2)
  const { EventType, Before, After } = JSON.parse(told.Body)
  assert.deepEqual([EventType, Before, After.Name], ['Task_Create', null, 'Call Ada back'])

  await page.getByRole('button', { name: 'Stop' }).click()
  await page.getByText('Stopped by').waitFor()
  await api('Task.svc/Create', { Name: 'Call Bob back' })
  await page.reload()
  await page.getByText('pending').first().waitFor()
  await page.locator('summary', { hasText: 'Trial' }).click()
  await checkPage(page, 'webhook')
  await page.getByRole('button', { name: 'Resume' }).click()
  const [, , kept] = await received('tasks', 3)
  assert.equal(JSON.parse(kept.Body).After.Name, 'Call Bob back')

  await page.goto('/webhooks')
  await page.getByText('Tell the dispatcher').waitFor()
  await checkPage(page, 'webhooks')
})
