// What people set for themselves and for their account.
import assert from 'node:assert/strict'
import { browserTest, checkPage, signIn, url } from './browser.mjs'

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
