"""The button that copies the address of what is shown."""

from __future__ import annotations

import streamlit as st

_HTML = """
<button type="button">Copy link</button>
<input type="text" readonly hidden aria-label="Link to this view">
"""

_CSS = """
button {
  font: inherit;
  font-size: 0.875rem;
  color: var(--st-link-color);
  background: none;
  border: none;
  padding: 0.25rem 0.5rem;
  cursor: pointer;
  border-radius: var(--st-button-radius);
  white-space: nowrap;
}
button:hover { text-decoration: underline; }
button:focus-visible { outline: 2px solid var(--st-primary-color); }
input {
  font: inherit;
  width: 14rem;
  color: var(--st-text-color);
  background: var(--st-secondary-background-color);
  border: 1px solid var(--st-border-color);
  border-radius: var(--st-base-radius);
}
"""

# Browsers give the clipboard to secure origins only; elsewhere the link is shown, selected.
_JS = """
export default function (component) {
  const root = component.parentElement
  const button = root.querySelector("button")
  const field = root.querySelector("input")
  button.onclick = async () => {
    try {
      await navigator.clipboard.writeText(window.location.href)
      button.textContent = "Link copied"
      setTimeout(() => { button.textContent = "Copy link" }, 2000)
    } catch {
      field.value = window.location.href
      field.hidden = false
      field.select()
    }
  }
}
"""

_COPY_LINK = st.components.v2.component("copy_link", html=_HTML, css=_CSS, js=_JS)


def show_copy_link() -> None:
    """Draw the button; the address holds every filter, so the link shows the same figures."""
    _COPY_LINK(key="copy_link", width="content")
