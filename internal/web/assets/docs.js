// Shows the API's own document, and calls the API from there. Nothing is asked of another host, and
// the keys are kept nowhere: they are gone with the page.
import SwaggerUI from 'swagger-ui-dist/swagger-ui-es-bundle.js'

// There is one server, this one; and a choice without a label nobody can use who does not see it.
const noChoiceOfServers = { wrapComponents: { ServersContainer: () => () => null } }

// Dark where the other pages are: as was chosen there, else as the browser prefers.
const prefersDark = matchMedia('(prefers-color-scheme: dark)')
const shade = () => {
  const { theme } = document.documentElement.dataset
  document.documentElement.classList.toggle('dark-mode', theme ? theme === 'dark' : prefersDark.matches)
}
shade()
prefersDark.addEventListener('change', shade)

SwaggerUI({
  dom_id: '#docs',
  url: document.querySelector('#docs').dataset.document,
  validatorUrl: 'none',
  docExpansion: 'list',
  defaultModelsExpandDepth: 0,
  displayRequestDuration: true,
  tryItOutEnabled: true,
  persistAuthorization: false,
  plugins: [noChoiceOfServers],
})
