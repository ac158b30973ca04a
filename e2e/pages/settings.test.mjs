// What people set for themselves and for their account.
import assert from 'node:assert/strict'
import { api, browserTest, checkPage, signIn, url } from './browser.mjs'

browserTest('A key is made, shown once, copied, used and revoked', async (page) => {
  await signIn(page)
  await page.goto('/settings/keys')
  await checkPage(page, 'keys')
  await page.getByRole('button', { name: 'Make an access key' }).click()
  const accessKey = await page.locator('#access-key').textContent()
  const secretKey = await page.locator('#secret-key').textContent()
  await page.getByRole('button', { name: 'Copy the secret key' }).click()
  await page.getByRole('button', { name: 'Copied' }).waitFor()
  await checkPage(page, 'keys-new')

  const call = async () =>
    (await fetch(`${url}/v2/Authentication.svc/UserByAccessKey.Get?accessKey=${accessKey}&secretKey=${secretKey}`)).status
  assert.equal(await call(), 200)

  await page.goto('/settings/keys')
  assert.equal(await page.getByText(secretKey).count(), 0)
  const row = page.getByRole('row').filter({ hasText: accessKey })
  await row.getByText('Revoke…').click()
  await row.getByRole('button', { name: `Revoke ${accessKey}` }).click()
  await row.getByText('Revoke…').waitFor({ state: 'detached' })
  assert.equal(await call(), 401)
})

browserTest('The account is set, and mistakes are shown beside their fields', async (page) => {
  await signIn(page)
  await page.goto('/settings/account')
  await checkPage(page, 'account')
  await page.getByLabel('API calls').fill('many')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.locator('#rateLimit[aria-invalid=true]').waitFor()
  assert.equal(await page.getByLabel('API calls').inputValue(), 'many')
  await checkPage(page, 'account-mistake')
  await page.getByLabel('API calls').fill('100/10s')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.locator('#rateLimit[aria-invalid=true]').waitFor({ state: 'detached' })
  await page.reload()
  assert.equal(await page.getByLabel('API calls').inputValue(), '100/10s')
})

browserTest('A new time zone leaves reminders where they are, until they are moved', async (page) => {
  const due = new Date(Date.now() + 7 * 86_400_000).toISOString().slice(0, 19).replace('T', ' ')
  await api('Task.svc/Create', { Name: 'Call Ada', DueDate: due, NotifyBy: 1100, ReminderBeforeDays: 1, ReminderTime: '09:00:00' })
  await signIn(page)
  await page.goto('/settings/account')
  await page.getByLabel('Time zone').fill('Asia/Kolkata')
  await page.getByRole('button', { name: 'Save' }).click()
  const move = page.getByRole('button', { name: 'Move 1 reminder to Asia/Kolkata' })
  await move.waitFor()
  await checkPage(page, 'reminders')
  await move.click()
  await page.getByText("Moved 1 reminder to the account's time zone.").waitFor()
  await page.goto('/settings/account/reminders')
  await page.getByText('All reminders are where').waitFor()
})

browserTest('If two people change the same setting, the later one sees both values', async (page) => {
  await signIn(page)
  await page.goto('/settings/account')
  const other = await page.context().newPage()
  await other.goto('/settings/account')
  await other.getByLabel('API calls').fill('30/5s')
  await other.getByRole('button', { name: 'Save' }).click()
  await other.getByText('are saved').waitFor()
  await page.getByLabel('API calls').fill('40/5s')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('Somebody else has set this to 30/5s').waitFor()
  assert.equal(await page.getByLabel('API calls').inputValue(), '40/5s')
  await checkPage(page, 'account-both')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('are saved').waitFor()
  assert.equal(await page.getByLabel('API calls').inputValue(), '40/5s')
})
