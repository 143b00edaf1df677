"""Where Benchmate answers otherwise on purpose. Each has its line in shared/docs/mlflow-compatibility.md."""


def reason(call: dict, theirs: dict, ours: dict) -> str | None:
    """Why this difference is meant; None where it is not."""
    if theirs.get("error") == "INTERNAL_ERROR" or "sqlite3." in theirs.get("message", ""):
        if ours.get("error") not in (None, "INTERNAL_ERROR"):
            return "a refusal where MLflow breaks"
        if call["call"] in ("log_outputs", "log_inputs", "log_model_params"):
            return "what is there already may be logged again"
    return None
