/** Forms with `data-passkey`: the browser is asked for a passkey, and its answer is sent along. */

const refused = (form) => {
  const words = form.querySelector("[data-refused]")
  if (words) words.hidden = false
}

/** A creation option that allauth leaves to the page: whether the key can sign in by itself. */
const wishes = (form, options) => {
  const passwordless = form.elements.passwordless?.checked ?? false
  const authenticatorSelection = {
    ...options.authenticatorSelection,
    residentKey: passwordless ? "required" : "discouraged",
    requireResidentKey: passwordless,
    ...(passwordless ? { userVerification: "required" } : {}),
  }
  return { ...options, authenticatorSelection }
}

const create = async (form, data) => {
  const options = wishes(form, data.creation_options.publicKey)
  return navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) })
}

const get = async (data) =>
  navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(data.request_options.publicKey) })

const ask = async (form) => {
  const embedded = form.querySelector("script[type='application/json']")
  const data = embedded
    ? JSON.parse(embedded.textContent)
    : await (await fetch(form.action, { headers: { Accept: "application/json" } })).json()
  return form.dataset.passkey === "create" ? create(form, data) : get(data)
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (!("PublicKeyCredential" in window)) form.hidden = true
  form.addEventListener("submit", async (event) => {
    event.preventDefault()
    try {
      const credential = await ask(form)
      form.elements.credential.value = JSON.stringify(credential.toJSON())
      form.submit()
    } catch {
      refused(form) // the person said no, or there is no such key: the page says so, and they may try again
    }
  })
}
