/** Names and values as people logged them, sorted by name. */
export function KeyValues({
  of: values,
  empty,
  name,
}: {
  of: Readonly<Record<string, string>>;
  empty: string;
  name: string;
}) {
  const keys = Object.keys(values).sort();
  if (keys.length === 0) return <p className="bm-muted">{empty}</p>;
  return (
    <table className="bm-table app-values" aria-label={name}>
      <tbody>
        {keys.map(key => (
          <tr key={key}>
            <th scope="row">{key}</th>
            <td>{values[key]}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
