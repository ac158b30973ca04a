// The API's documentation: whoever is signed in can read it, and with keys call the API from it.
import assert from 'node:assert/strict'
import { browserTest, checkPage, screenshots, signIn, url } from './browser.mjs'

const whoAmI = (page) => page.locator('#operations-Users-whoAmI')

// authorize gives both keys to the page, for its headers.
async function authorize(page, keys) {
  await page.getByRole('button', { name: 'Authorize' }).click()
  for (const [scheme, key] of Object.entries(keys)) {
    const form = page.locator('.auth-container').filter({ hasText: `${scheme} ` })
    await form.getByRole('textbox').fill(key)
    await form.getByRole('button', { name: 'Apply credentials' }).click()
  }
  await screenshots(page, 'docs-authorize')
  await page.getByRole('button', { name: 'Close' }).first().click()
}

browserTest('Users can read what the API is, and call it with keys', async (page) => {
  const elsewhere = []
  page.on('request', (request) => {
    if (!request.url().startsWith(url) && !request.url().startsWith('data:')) elsewhere.push(request.url())
  })
  await signIn(page)
  await page.goto('/docs')
  await page.getByRole('heading', { name: 'Tickler API' }).waitFor()
  const document = await (await page.request.get('/openapi.yaml')).text()
  const documented = document.match(/^ {6}operationId: /gm).length
  assert.equal(await page.locator('.opblock').count(), documented)
  await checkPage(page, 'docs')

  await authorize(page, { AccessKeyInHeader: process.env.TICKLER_ACCESS_KEY, SecretKeyInHeader: process.env.TICKLER_SECRET_KEY })
  await whoAmI(page).getByRole('button').first().click()
  await whoAmI(page).getByRole('button', { name: 'Execute' }).click()
  const answer = whoAmI(page).locator('.live-responses-table')
  await answer.getByText('"admin@example.com"').waitFor()
  assert.equal((await answer.locator('.response-col_status').last().innerText()).trim().slice(0, 3), '200')
  await checkPage(page, 'docs-called')
  assert.deepEqual(elsewhere, [])
})

browserTest('Creating a task from there sends only what was filled in', async (page) => {
  await signIn(page)
  await page.goto('/docs')
  await authorize(page, { AccessKeyInHeader: process.env.TICKLER_ACCESS_KEY, SecretKeyInHeader: process.env.TICKLER_SECRET_KEY })
  const create = page.locator('#operations-Tasks-createTask')
  await create.getByRole('button').first().click()
  await create.locator('textarea').first().fill('{"Name": "Call Ada back"}')
  const sent = page.waitForRequest('**/v2/Task.svc/Create*')
  await create.getByRole('button', { name: 'Execute' }).click()
  const headers = await (await sent).allHeaders()
  assert.deepEqual([headers['idempotency-key'], headers['x-request-id']], [undefined, undefined])
  await create.locator('.live-responses-table').getByText('"Success"').waitFor()
})

browserTest('Wrong keys are reported', async (page) => {
  await signIn(page)
  await page.goto('/docs')
  await authorize(page, { AccessKeyInHeader: 'wrong', SecretKeyInHeader: 'wrong' })
  await whoAmI(page).getByRole('button').first().click()
  await whoAmI(page).getByRole('button', { name: 'Execute' }).click()
  await whoAmI(page).locator('.live-responses-table').getByText('MXAuthenticationFailedException').first().waitFor()
})
