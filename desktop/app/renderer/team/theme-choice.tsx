import { useState } from 'react';
import { chooseTheme, chosenTheme, type Theme } from '../shell/theme.ts';

const themes: { value: Theme; name: string }[] = [
  { value: 'system', name: 'As the system' },
  { value: 'light', name: 'Light' },
  { value: 'dark', name: 'Dark' },
];

/** Light or dark, for this browser. */
export function ThemeChoice() {
  const [theme, setTheme] = useState(chosenTheme);
  return (
    <label className="app-actions">
      <span className="bm-muted">Colours of this browser</span>
      <select
        className="bm-field"
        style={{ width: 'auto' }}
        value={theme}
        onChange={event => {
          const next = event.target.value as Theme;
          chooseTheme(next);
          setTheme(next);
        }}
      >
        {themes.map(({ value, name }) => (
          <option key={value} value={value}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}
