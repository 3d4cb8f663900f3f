import type { ReactElement } from 'react';
import { NavLink } from 'react-router';
import { useMay } from '../api/session.ts';
import { useText } from '../messages/use-text.ts';
import { paths } from '../paths.ts';
import classes from './frame.module.css';
import { MENU } from './pages.ts';

/** The menu: what this person may open, in groups. */
export function Navigation(): ReactElement {
  const text = useText();
  const may = useMay();
  const groups = MENU.map(({ label, pages }) => ({
    label,
    pages: pages.filter(({ access }) => may(access)),
  })).filter(({ pages }) => pages.length > 0);
  return (
    <>
      {groups.map(({ label, pages }) => (
        <div key={label} role="group" aria-label={text(label)}>
          <div className={classes.group} aria-hidden>
            {text(label)}
          </div>
          {pages.map(({ icon: Icon, label: name, path }) => (
            <NavLink
              key={path}
              to={path}
              end={path === paths.dashboard}
              className={classes.link ?? ''}
            >
              <Icon size={17} stroke={1.7} aria-hidden />
              {text(name)}
            </NavLink>
          ))}
        </div>
      ))}
    </>
  );
}
