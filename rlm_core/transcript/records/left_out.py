"""The one list of what a transcript holds and the archive leaves out on purpose, each with its reason.

The reader skips what stands here, and `rlm verify` takes it away from what it counts: what is named nowhere must
stand in the archive. Nothing in which a person or a model speaks may be listed, unless it is a copy of words that
stand elsewhere. Plain data: hooks load it.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection
    from typing import Any

_BOOKS = "book-keeping of the client's"
_LABEL = "a label of the session: it becomes the title, not an entry"
_PROMPT = "a part of the request to the model, whose words stand in records of their own"
_SETTING = "a setting of the session"
_FILES = "which files the client has kept copies of, for its undo"
_OFFER = "what the client offers the model: names of tools, skills and agents"
_SYSTEM_PROMPT = "a part of the client's own system prompt"
_REMINDER = "a reminder that the client gives the model over and over"
_MARK = "marks something that happened, without a word"
_DISPLAY = "what the client showed on the screen for a moment"
_OURS = "what our own hooks told Claude: it only repeats the archive"
_AGENT_COPY = "a copy of what stands in the sub-agent's own transcript"
_COPY = "a structured copy of what stands visibly beside it"
_ID = "an id, a time or another word of the client's for itself"

RECORDS: dict[str, str] = {
    "agent-color": _LABEL,
    "agent-name": _LABEL,
    "agent-setting": _SETTING,
    "ai-title": _LABEL,
    "api-request": _PROMPT,
    "api-request-blob": _PROMPT,
    "api-request-resumed": _PROMPT,
    "api-request-shape": _PROMPT,
    "artifact-autoreact-ledger": _BOOKS,
    "artifact-comment-monitor": _BOOKS,
    "atis-latch": _BOOKS,
    "attribution-snapshot": _FILES,
    "bridge-session": _BOOKS,
    "content-replacement": "results shortened in the request to the model; they stand whole in their records",
    "continued-in": _BOOKS,
    "cost-state": _BOOKS,
    "custom-title": _LABEL,
    "data-flow-incomplete": _BOOKS,
    "data-flow-records": _BOOKS,
    "derived-from": _BOOKS,
    "dev-mods": _BOOKS,
    "ended-by-model": _MARK,
    "file-history-delta": _FILES,
    "file-history-snapshot": _FILES,
    "fork-context-ref": _BOOKS,
    "frame-link": _BOOKS,
    "history-suppression": _BOOKS,
    "hybrid-organization": _BOOKS,
    "isolation-latch": _BOOKS,
    "last-prompt": "a copy of a prompt, which stands in a record of its own",
    "memory-mode": _SETTING,
    "mode": _SETTING,
    "observer-ref": _BOOKS,
    "permission-mode": _SETTING,
    "pr-link": _LABEL,
    "relocated": _BOOKS,
    "repl-mode": _SETTING,
    "resume-head-vouch": _BOOKS,
    "session-owner": _BOOKS,
    "speculation-accept": _BOOKS,
    "summary": _LABEL,
    "tag": _LABEL,
    "tools-used": _BOOKS,
    "worktree-state": _BOOKS,
}
"""Kinds of records, by `type`."""

PROGRESS: dict[str, str] = {
    "bash_progress": "how far a command was; its result holds the output",
    "hook_progress": "which hook ran, and its command line",
    "mcp_progress": "how far a tool was; its result holds the output",
    "powershell_progress": "how far a command was; its result holds the output",
    "query_update": "which query a web search made; its result holds it",
    "search_results_received": "how many results a web search had; its result holds them",
    "waiting_for_task": "which task was waited for",
}
"""Kinds of `progress` records of old clients, by `data.type`. Those of a sub-agent: see `reason_for`."""

AGENT_PROGRESS = ("agent_progress", "skill_progress")

SYSTEM: dict[str, str] = {
    "agents_killed": _MARK,
    "api_metrics": _BOOKS,
    "api_retry": _BOOKS,
    "background_tasks_changed": _DISPLAY,
    "bridge_state": _BOOKS,
    "bridge_status": _BOOKS,
    "checkpoint_done": _MARK,
    "cloud_session_delta": _BOOKS,
    "cloud_session_status": _BOOKS,
    "commands_changed": _OFFER,
    "control_request_progress": _BOOKS,
    "hook_progress": "which hook ran, and its command line",
    "hook_started": "which hook ran, and its command line",
    "inherited_asks_settled": _BOOKS,
    "init": _SETTING,
    "init_milestone": _BOOKS,
    "memory_saved": "which memory files were written; the calls that wrote them hold their words",
    "microcompact_boundary": _MARK,
    "mirror_error": _BOOKS,
    "per_turn_effort_changed": _SETTING,
    "permission_retry": _BOOKS,
    "plugin_install": _BOOKS,
    "rewind_stand_in": _MARK,
    "session_metadata": _BOOKS,
    "session_state_changed": _BOOKS,
    "session_title_changed": _LABEL,
    "shell_cwd": _BOOKS,
    "status": _DISPLAY,
    "stop_hook_summary": "which hooks ran at a turn's end; what they told Claude stands in a record of its own",
    "task_progress": _DISPLAY,
    "task_started": _DISPLAY,
    "task_updated": _DISPLAY,
    "thinking_tokens": _BOOKS,
    "turn_began_before_init": _MARK,
    "turn_duration": "how long a turn took",
    "turn_handoff_available": _MARK,
    "turn_preempted": _MARK,
    "turn_starting": _MARK,
    "ui_focus": _DISPLAY,
    "ui_invalidate": _DISPLAY,
    "ui_log": _DISPLAY,
    "ui_notify": _DISPLAY,
    "ui_notify_cancel": _DISPLAY,
    "ui_panes": _DISPLAY,
    "ui_placed": _DISPLAY,
    "ui_scroll": _DISPLAY,
    "ui_status": _DISPLAY,
    "ui_toast": _DISPLAY,
    "vcs_state_changed": _BOOKS,
    "worker_shutting_down": _MARK,
}
"""Kinds of `system` records, by `subtype`."""

ATTACHMENTS: dict[str, str] = {
    "advisor_stripped": _BOOKS,
    "advisor_tool": _OFFER,
    "agent_listing_delta": _OFFER,
    "auto_mode": _REMINDER,
    "auto_mode_exit": _REMINDER,
    "batching_reminder": _REMINDER,
    "batching_reminder_sent": _REMINDER,
    "budget_usd": _REMINDER,
    "command_permissions": _SETTING,
    "companion_intro": _REMINDER,
    "compaction_reminder": _REMINDER,
    "context_tip": _REMINDER,
    "critical_system_reminder": _REMINDER,
    "date": _SYSTEM_PROMPT,
    "date_change": _REMINDER,
    "deferred_tools_delta": _OFFER,
    "deferred_tools_record": _OFFER,
    "environment": _SYSTEM_PROMPT,
    "first_week": _REMINDER,
    "fold_nudge": _REMINDER,
    "hook_cancelled": _MARK,
    "hook_deferred_tool": _MARK,
    "hook_permission_decision": _MARK,
    "instructions": "instruction files such as CLAUDE.md, which the client puts into every session's prompt",
    "invoked_skills": "a copy of the skills' texts, which stand where they were called",
    "language": _SYSTEM_PROMPT,
    "mcp_instructions_delta": _OFFER,
    "model": _SYSTEM_PROMPT,
    "nested_memory": "instruction files such as CLAUDE.md, which the client puts into every session's prompt",
    "output_style": _SYSTEM_PROMPT,
    "output_style_instructions": _SYSTEM_PROMPT,
    "output_token_usage": _REMINDER,
    "pen_mode_enter": _REMINDER,
    "pen_mode_exit": _REMINDER,
    "plan_mode": _REMINDER,
    "plan_mode_exit": _REMINDER,
    "plan_mode_reentry": _REMINDER,
    "progress_reminder_sent": _REMINDER,
    "prompt_render_point": _MARK,
    "prompt_snapshot": _SYSTEM_PROMPT,
    "remote_session_change": "the client's standing orders for commits and pull requests",
    "repl_mcp_needs_auth": _OFFER,
    "repl_mcp_servers": _OFFER,
    "sandbox_instructions": _SYSTEM_PROMPT,
    "secondary_reminder": _REMINDER,
    "secondary_reminder_sent": _REMINDER,
    "silent_turn_reminder": _REMINDER,
    "skill_listing": _OFFER,
    "structured_output": "a copy of the call that gave the answer its form",
    "task_reminder": "a copy of the list of tasks, which the calls that changed it hold",
    "thinking_stripped": _MARK,
    "todo_reminder": "a copy of the list of tasks, which the calls that changed it hold",
    "token_usage": _REMINDER,
    "tool_hosts_notice": _OFFER,
    "tool_offer_record": _OFFER,
    "total_tokens_reminder": _REMINDER,
    "ultra_effort_enter": _REMINDER,
    "ultra_effort_exit": _REMINDER,
    "ultrathink_effort": _REMINDER,
    "verify_plan_reminder": _REMINDER,
    "workflow_size_guideline_change": _REMINDER,
}
"""Kinds of attachments, by `attachment.type`. Those of hooks that may tell Claude something: see `reason_for`."""

MESSAGE: dict[str, str] = dict.fromkeys(
    """
    container context_management diagnostics id model role stop_details stop_reason stop_sequence type usage
    """.split(),  # noqa: SIM905
    _ID,
)
"""Keys of a record's `message`; FIELDS has them as well."""

FIELDS: dict[str, str] = {
    # of any record
    **dict.fromkeys(
        """
        agentId apiBlockIndex apiErrorStatus attributionAgent attributionPlugin attributionSkill cwd effort entrypoint
        forkedFrom gitBranch interruptedMessageId isMeta leafUuid level logicalParentUuid madeBy messageId origin
        parentToolUseID parentUuid permissionMode promptId promptSource requestId requestRef requestedModel session_id
        sessionId sessionKind slug sourceToolAssistantUUID sourceToolUseID subtype teamName thinkingDisplay
        thinkingMetadata timestamp toolDenialKind toolUseID type userType uuid version
        """.split(),  # noqa: SIM905
        _ID,
    ),
    "mcpMeta": _COPY,
    "toolUseResult": _COPY,
    "todos": "a copy of the list of tasks, which the calls that changed it hold",
    "rendered": "an attachment in the client's own wording",
    "wireToolInputs": _COPY,
    # of a message
    **{f"message.{name}": reason for name, reason in MESSAGE.items()},
    # of a block, and of a block in a tool's result; either may stand there by itself, without a list
    **{
        f"message.content.{within}{name}": reason
        for within in ("", "*.", "*.content.", "*.content.*.")
        for name, reason in (
            ("cache_control", _ID),
            ("caller", _ID),
            ("encrypted_content", "sealed by the server: nobody can read it"),
            ("encrypted_index", "sealed by the server: nobody can read it"),
            ("id", _ID),
            ("signature", "a signature"),
            ("source.data", "the bytes of an image or a document: they stand in a file of their own"),
            ("source.media_type", _ID),
            ("source.type", _ID),
            ("tool_use_id", _ID),
            ("type", _ID),
        )
    },
    # of `system` records
    "compactMetadata": "figures and ids of a compaction",
    "hookInfos": "which hooks ran",
    # of attachments
    **{
        f"attachment.{name}": reason
        for name, reason in (
            ("commandMode", _ID),
            ("displayPath", "the file's name in another form"),
            ("hookEvent", _ID),
            ("hookName", _ID),
            ("imagePasteIds", _ID),
            ("origin", _ID),
            ("rendered", "the same in the client's own wording"),
            ("renderedRole", _ID),
            ("source_uuid", _ID),
            ("stdout", "what a hook printed; what of it Claude was told is the attachment's content"),
            ("toolUseID", _ID),
            ("type", _ID),
        )
    },
    # of a sub-agent's `progress` that is kept, for want of a transcript of its own
    **dict.fromkeys(
        """
        data.agentId data.message.message.content.*.id data.message.message.content.*.signature
        data.message.message.content.*.tool_use_id data.message.message.content.*.type data.message.message.id
        data.message.message.model data.message.message.role data.message.message.stop_reason
        data.message.message.type data.message.message.usage data.message.requestId data.message.timestamp
        data.message.type data.message.uuid data.type
        """.split(),  # noqa: SIM905
        _ID,
    ),
    "data.message.toolUseResult": _COPY,
    "data.normalizedMessages": _COPY,
    "data.prompt": "a copy of the call that started the sub-agent",
}
"""Paths inside records that are kept, keys joined by dots, `*` any one key or position. What is below goes too."""

KEPT_FIELDS: dict[str, str] = {
    "toolUseResult.answers": "what the user answered",
    "toolUseResult.annotations": "what the user wrote beside an answer",
}
"""Exceptions from FIELDS: below what is left out, but somebody's words."""

KEPT = frozenset(
    """
    user assistant system attachment queue-operation host-row marble-origami-commit task-summary progress/agent_progress
    progress/skill_progress
    system/api_error system/away_summary system/code_change_published system/compact_boundary system/error
    system/feedback_draft_queued system/file_attachments_missing system/file_snapshot system/hook_response
    system/informational system/instruction_size_warning system/late_allow_not_run system/local_command
    system/memory_recall system/model_consent_fallback system/model_fallback system/model_refusal_fallback
    system/model_refusal_no_fallback system/notification system/peer_message_hold system/permission_denied
    system/post_turn_summary system/scheduled_task_fire system/session_writes_lost system/task_notification
    system/task_summary system/tool_host_result
    attachment/account_memory_recall attachment/agent_mention attachment/already_read_file
    attachment/async_hook_response attachment/compact_file_reference attachment/context_sections
    attachment/coordinator_context attachment/cowork_memory_context attachment/diagnostics attachment/directory
    attachment/edited_text_file attachment/file attachment/fork_briefing attachment/goal_status
    attachment/hook_additional_context attachment/hook_blocking_error attachment/hook_error_during_execution
    attachment/hook_non_blocking_error attachment/hook_stopped_continuation attachment/hook_success
    attachment/hook_system_message attachment/inlined_image_paths attachment/max_turns_reached
    attachment/mcp_resource attachment/opened_file_in_ide attachment/peer_mention attachment/plan_file_reference
    attachment/plugin_note attachment/poll_events attachment/project_doc_reads attachment/prompt_as_file
    attachment/queued_command attachment/read_truncation_notice attachment/relevant_memories
    attachment/selected_lines_in_diff attachment/selected_lines_in_ide attachment/session_context
    attachment/task_status attachment/team_context attachment/teammate_mailbox
    block/text block/thinking block/redacted_thinking block/tool_use block/server_tool_use block/tool_result
    block/image block/document block/tool_reference block/web_search_tool_result block/web_fetch_tool_result
    block/code_execution_tool_result block/mcp_tool_use block/mcp_tool_result block/advisor_tool_result
    block/container_upload block/connector_text
    """.split()  # noqa: SIM905
)
"""What is known and kept, as `kind_of` names it. A kind that is in no list is kept too, and reported as unknown."""

HOOKS_TO_CLAUDE = ("SessionStart", "UserPromptSubmit", "UserPromptExpansion")
"""Events of which the client tells Claude what a hook printed."""

OUR_WORDS = (
    "archived verbatim in ",
    "before this point is archived verbatim: ",
    "The project's archive has earlier words on this (",
    "lose nothing that /recall cannot find",
)
"""By which the texts of our own hooks are known; tests see to it that they are."""


def reason_for(record: dict[str, Any], agents: Collection[str] = ()) -> str:
    """Why a record is left out; "" when it is to be kept, as is any that is not known.

    agents: ids of the sub-agents that have transcripts of their own, of which old clients' `progress` holds copies.
    """
    kind = record.get("type")
    if not isinstance(kind, str):
        return ""
    if kind == "system":
        return SYSTEM.get(_name(record.get("subtype")), "")
    if kind == "attachment":
        inner = record.get("attachment")
        return _attachment_reason(inner) if isinstance(inner, dict) else ""
    if kind == "progress":
        inner = record.get("data")
        return _progress_reason(inner, agents) if isinstance(inner, dict) else ""
    return RECORDS.get(kind, "")


def _attachment_reason(attachment: dict[str, Any]) -> str:
    kind = _name(attachment.get("type"))
    if kind in ("hook_success", "hook_additional_context"):
        content = attachment.get("content")
        texts = [t for t in (content if isinstance(content, list) else [content]) if isinstance(t, str) and t.strip()]
        if kind == "hook_success" and (not texts or attachment.get("hookEvent") not in HOOKS_TO_CLAUDE):
            return "a hook ran; what it told Claude, if anything, stands in a record of its own"
        if texts and all(any(w in t for w in OUR_WORDS) for t in texts):
            return _OURS
    return ATTACHMENTS.get(kind, "")


def _progress_reason(data: dict[str, Any], agents: Collection[str]) -> str:
    kind = _name(data.get("type"))
    if kind in AGENT_PROGRESS:
        return _AGENT_COPY if _name(data.get("agentId")) in agents else ""
    return PROGRESS.get(kind, "")


def kind_of(record: dict[str, Any]) -> str:
    """A record's kind in a word: `user`, `system/api_error`, `attachment/file`, `progress/agent_progress`."""
    kind = _name(record.get("type")) or "?"
    inner = record.get({"attachment": "attachment", "progress": "data"}.get(kind, ""))
    name = record.get("subtype") if kind == "system" else inner.get("type") if isinstance(inner, dict) else None
    return f"{kind}/{name}" if isinstance(name, str) and name else kind


def _name(value: Any) -> str:
    return value if isinstance(value, str) else ""
