"""What goes wrong is told to whoever caused it; the log holds no customer's row and no value."""

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import SQLAlchemyError

from data_access import schema

PAGE = "pages/admin/imports.py"
ROW = "Contoso Geheim GmbH,ada@contoso.example,1234567"
REFUSED = {
    "of no kind": f"{ROW}\n{ROW}\n",
    "columns twice": f"Contoso Geheim GmbH,Contoso Geheim GmbH\n{ROW}\n",
    "open quotation": f'tenant_id,workload,month\n"{ROW}\n{ROW}\n',
    "long cell": f"tenant_id,workload,month\na,{'Contoso Geheim' * 9_999},2026-01\n",
}


@pytest.mark.usefixtures("shown_store")
@pytest.mark.parametrize("content", REFUSED.values(), ids=REFUSED.keys())
def test_refused_file_leaves_none_of_its_rows_in_the_log(open_page, caplog, capfd, content):
    page = open_page(PAGE)
    page.file_uploader[0].upload("usage.csv", content.encode(), "text/csv").run()
    assert not page.exception
    assert page.error
    logged = caplog.text + "".join(capfd.readouterr())
    assert "a file was refused" in logged
    assert "Geheim" not in logged
    assert "contoso.example" not in logged
    assert "Error id" in page.error[0].value


def test_failing_statement_is_told_without_its_values(sqlite_store):
    row = {"tenant_key": 1, "tenant_id": "t", "imported_id": "t", "name": "Contoso Geheim GmbH"}
    with pytest.raises(SQLAlchemyError) as caught, sqlite_store.write() as connection:
        connection.execute(insert(schema.tenant), [{**row, "first_batch_id": "no number"}, row])
    assert "Geheim" not in str(caught.value.__cause__ or caught.value)
    assert "Geheim" not in str(caught.value)


def test_tracebacks_are_not_sent_to_browsers():
    import streamlit as st

    assert st.get_option("client.showErrorDetails") == "none"
