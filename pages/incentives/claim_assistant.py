import streamlit as st

from insights.claims.finding import of_step
from insights.claims.form import REVIEW, STEPS
from insights.views.claim_assistant import step_labels
from pages.shared import claim_state, headings, states
from pages.shared.claim_check import checked
from pages.shared.claim_fields import show_findings
from pages.shared.claim_frame import show_closed, show_head, show_notice, show_way
from pages.shared.claim_list import show_drafts
from pages.shared.claim_proof import show_proof
from pages.shared.claim_review import show_review
from pages.shared.claim_steps import show_customer, show_role, show_workloads

# 1. Which draft and which step
claim_state.take_over_link()
draft_id = claim_state.chosen_draft()
headings.title("Claim assistant")
if draft_id is None:
    st.markdown(
        "Prepare a claim in five steps and leave with a pack that is ready for Partner Center. "
        "Every answer is stored at once."
    )
    show_drafts()
    st.stop()
stored = claim_state.stored_draft(draft_id)
if stored is None:
    states.show_nothing(
        "This claim draft is not known here.",
        "The link may be somebody else's or of another store.",
    )
    st.button("My drafts", on_click=claim_state.close_draft, key="ca_close_unknown")
    st.stop()

# 2. What is known and found
check = checked(stored)
number = claim_state.current_step()
step = STEPS[number - 1]

# 3. The step between its head and the way on
show_head(check, step_labels(check.found), number)
show_notice(stored)
show_closed(stored)
headings.header(f"Step {number} of {REVIEW}: {step.title}")
SHOWN = {1: show_role, 2: show_customer, 3: show_proof, 4: show_workloads, 5: show_review}
SHOWN[number](check)
if number != REVIEW:
    show_findings(of_step(check.found, number), nothing="This step is complete.")
show_way(stored, number)
