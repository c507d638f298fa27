"""An app whose callback, fragment and page fail in ways nobody foresaw, or that are explained."""

import streamlit as st
from streamlit import runtime

from data_access.errors import StoreError
from pages.shared.states import explain_failure


def _fail(kind: str) -> None:
    if kind == "bug":
        raise ValueError("Contoso's secret")
    raise StoreError("The database does not answer.", "Wait a moment.")


@st.fragment
def _part() -> None:
    st.write("the part stands")
    if st.button("fragment bug"):
        _fail("bug")


if runtime.exists():
    st.write("the page stands")
    for kind in ("bug", "told"):
        st.button(f"callback {kind}", on_click=_fail, args=(kind,))
    _part()
else:
    app = st.App(__file__, on_script_error=explain_failure)
