import * as vscode from 'vscode';
import { hitPath } from '@benchmate/shared/domain/companion-path';
import { formatRelativeTime } from '@benchmate/shared/diff/quantity-format';
import type { EngineClient } from '@benchmate/shared/protocol/engine';

/** Asks which of the notes and comments that point at a note is meant, and opens it. */
export async function showMentionsOf(client: EngineClient, { noteId, title }: { noteId: string; title: string }) {
  const hits = await client.links.backlinks.query({ target: `note:${noteId}` });
  if (hits.length === 0) return void vscode.window.showInformationMessage(`Nothing mentions “${title}” yet.`);
  const rows = hits.map(hit => ({
    label: `$(${hit.kind === 'note' ? 'note' : 'comment'}) ${hit.title}`,
    description: `${hit.author.name}, ${formatRelativeTime(hit.at, Date.now())}`,
    hit,
  }));
  const chosen = await vscode.window.showQuickPick(rows, { title: `What Mentions “${title}”` });
  if (chosen?.hit.kind === 'note') await vscode.commands.executeCommand('benchmate.openNote', chosen.hit.itemId);
  else if (chosen) await vscode.commands.executeCommand('benchmate.openCompanion', hitPath(chosen.hit));
}
