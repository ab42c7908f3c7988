/** Leave the page by a form, for what answers with a page. */
export function postForm(action: string, csrf: string): void {
  const form = document.createElement("form")
  form.method = "post"
  form.action = action
  const token = document.createElement("input")
  token.type = "hidden"
  token.name = "csrfmiddlewaretoken"
  token.value = csrf
  form.append(token)
  document.body.append(form)
  form.submit()
}
