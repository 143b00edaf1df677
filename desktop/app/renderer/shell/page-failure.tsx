import { Component, type ReactNode } from 'react';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import { ErrorState } from '@benchmate/shared/ui/empty-state';

/** Catches what a page throws while it draws itself, or a part of it that could not be loaded: the rest stays usable. */
export class PageFailure extends Component<{ children: ReactNode }, { failure: unknown }> {
  override state = { failure: null as unknown };

  static getDerivedStateFromError(failure: unknown): { failure: unknown } {
    return { failure };
  }

  override render(): ReactNode {
    const { failure } = this.state;
    if (failure === null) return this.props.children;
    const message = failure instanceof Error ? failure.message : JSON.stringify(failure);
    const error = new BenchmateError(
      'INTERNAL',
      'This page could not be shown.',
      `Load it again. (${message.slice(0, 200)})`,
    );
    return <ErrorState error={error} retry={() => location.reload()} />;
  }
}
