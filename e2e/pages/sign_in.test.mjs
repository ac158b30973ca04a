// Signing in and out, and what is true of the frame around every page.
import assert from 'node:assert/strict'
import { browserTest, checkPage, credentials, signIn } from './browser.mjs'

const settings = (page) => page.getByRole('heading', { name: 'Settings', level: 1 })

browserTest('Sign in, reach everything and sign out by keyboard only', async (page) => {
  await page.goto('/settings')
  await page.getByLabel('E-mail address').and(page.locator(':focus')).waitFor() // the first field has the focus
  await page.keyboard.type(credentials.email)
  await page.keyboard.press('Tab')
  await page.keyboard.type(credentials.password)
  await page.keyboard.press('Enter')
  await settings(page).waitFor()
  assert.equal(new URL(page.url()).pathname, '/settings') // where they wanted to go

  await page.keyboard.press('Tab')
  await page.getByRole('link', { name: 'Skip to the content' }).and(page.locator(':focus')).waitFor()
  await page.keyboard.press('Enter')
  await page.locator('main:focus').waitFor()

  await page.locator('[popovertarget=account]').focus()
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'Sign out', exact: true }).waitFor()
  for (const name of ['Recent changes', 'Your settings', 'The API', 'Keys', 'Switch between light and dark', 'Sign out']) {
    await page.locator('#account :focus', { hasText: name }).waitFor()
    if (name !== 'Sign out') await page.keyboard.press('ArrowDown')
  }
  await page.keyboard.press('Enter')
  await page.getByText('You are signed out.').waitFor()
  await page.goto('/settings')
  await page.getByRole('heading', { name: 'Sign in' }).waitFor()
})

browserTest('A wrong password is reported, and the address is kept', async (page) => {
  await page.goto('/sign-in')
  await page.getByLabel('E-mail address').fill(credentials.email)
  await page.getByLabel('Password').fill('not this one')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('alert').getByText('The e-mail address or the password is wrong.').waitFor()
  assert.equal(await page.getByLabel('E-mail address').inputValue(), credentials.email)
  assert.equal(await page.getByLabel('Password').inputValue(), '')
  await page.getByLabel('Password').and(page.locator(':focus')).waitFor()
  await checkPage(page, 'sign-in-wrong')
})

browserTest('A chosen theme is there before the page is drawn, on each page', async (page) => {
  const shown = () => page.evaluate(() => getComputedStyle(document.documentElement).colorScheme)
  await page.emulateMedia({ colorScheme: 'light' })
  await page.goto('/sign-in')
  assert.equal(await shown(), 'light')
  await page.getByRole('button', { name: 'Switch between light and dark' }).click()
  assert.equal(await shown(), 'dark')
  await page.route('**/app-*.js', (route) => route.abort()) // what runs after the page is drawn has no part in it
  await page.reload()
  assert.equal(await shown(), 'dark')
  await signIn(page)
  assert.equal(await shown(), 'dark')
})

browserTest(
  'Without scripts everything works, and nothing stands there that would need one',
  async (page) => {
    await signIn(page)
    await page.goto('/settings')
    await settings(page).waitFor()
    assert.equal(await page.locator('[data-theme-toggle]').isVisible(), false)
    await page.getByLabel('Your time zone').fill('Nowhere')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.locator('#zone[aria-invalid=true]').waitFor()
    await page.getByLabel('Your time zone').fill('Asia/Kolkata')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('Times are those of Asia/Kolkata.').waitFor()
  },
  { javaScriptEnabled: false },
)

browserTest('Everybody can use sign-in and settings, on any screen', async (page) => {
  await page.goto('/sign-in')
  await checkPage(page, 'sign-in')
  await signIn(page)
  await page.goto('/settings')
  await checkPage(page, 'settings')
  await page.getByLabel('Your time zone').fill('Nowhere')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.locator('#zone[aria-invalid=true]').waitFor()
  await checkPage(page, 'settings-mistake')
  await page.goto('/no-such-page')
  await checkPage(page, 'not-found')
})
