import { useEffect, useRef } from 'react';
import { placeWords } from '@benchmate/shared/diff/place-words';
import type { Present } from '@benchmate/shared/domain/presence';
import { Avatar } from '@benchmate/shared/ui/person';
import { useLive } from '../engine/live-list.ts';
import { presenceList } from '../engine/lists.ts';
import { currentPath } from '../shell/base.ts';
import { navigate, usePlace } from '../shell/router.tsx';
import { follow, useFollowed } from './followed.ts';

const mostShown = 4;

/** Teammates who are here now and what they look at. A press goes there and on with them, until this person goes elsewhere. */
export function PeopleHere() {
  const present = useLive(presenceList).items[0]?.present ?? [];
  const followed = useFollowed();
  const leader = present.find(({ device }) => device === followed);
  useAskedToFollow(present);
  useFollowing(followed, leader);
  if (present.length === 0) return null;
  // Whom one follows is never among those who are left out.
  const shown = present.filter((person, index) => index < mostShown || person === leader);
  return (
    <>
      <ul className="app-here" aria-label="Teammates who are here">
        {shown.map(person => (
          <li key={person.device}>
            <Here person={person} isFollowed={person === leader} />
          </li>
        ))}
        {present.length > shown.length && <li className="bm-muted">{present.length - shown.length} more</li>}
      </ul>
      <p className="bm-unseen" role="status">
        {leader && `You follow ${leader.name}${leader.place ? `: ${leader.place.title}` : ''}.`}
      </p>
    </>
  );
}

function Here({ person: { device, name, place }, isFollowed }: { person: Present; isFollowed: boolean }) {
  const words = place ? placeWords(place) : 'looks at nothing in particular';
  return (
    <button
      className="bm-button quiet"
      aria-pressed={isFollowed}
      title={isFollowed ? `You follow ${name}. Press to stop.` : `${name}: ${words}. Press to follow.`}
      onClick={() => follow(isFollowed ? null : device)}
    >
      <Avatar name={name} device={device} />
      <span className="app-here-words bm-cut">
        <span className="bm-unseen">Follow </span>
        {name}
        <span className="bm-unseen">:</span> <span className="bm-muted">{words}</span>
      </span>
    </button>
  );
}

/** An editor opens a page here to be followed on from: `?follow=<device>`. */
function useAskedToFollow(present: readonly Present[]): void {
  const asked = usePlace().query.get('follow');
  const isHere = present.some(({ device }) => device === asked);
  useEffect(() => {
    if (asked === null || !isHere) return;
    navigate(currentPath(), { replace: true });
    follow(asked);
  }, [asked, isHere]);
}

/** Goes where the other goes. Going elsewhere by oneself, or the other's leaving, ends it. */
function useFollowing(followed: string | null, leader: Present | undefined): void {
  const address = usePlace().segments.join('/');
  const ledTo = useRef<string | null>(null);
  const path = leader?.place?.path ?? null;
  useEffect(() => {
    if (followed === null || path === null) return;
    ledTo.current = path;
    if (currentPath() !== path) navigate(path);
  }, [followed, path]);
  useEffect(() => {
    if (followed === null) ledTo.current = null;
    else if (ledTo.current !== null && currentPath() !== ledTo.current) follow(null);
  }, [followed, address]);
  useEffect(() => {
    if (followed !== null && !leader) follow(null);
  }, [followed, leader]);
}
