const key = "flowbook.theme";

export type ThemePreference = "system" | "light" | "dark";

/** Which of the two themes the reader wants; remembered in this browser. */
class Theme {
  preference = $state<ThemePreference>(read());

  constructor() {
    apply(this.preference);
  }

  set(preference: ThemePreference): void {
    this.preference = preference;
    apply(preference);
    try {
      localStorage.setItem(key, preference);
    } catch {
      // a browser that keeps nothing still shows the theme until it is closed
    }
  }

  /** The next of system, light, dark. */
  next(): void {
    this.set(
      this.preference === "system"
        ? "light"
        : this.preference === "light"
          ? "dark"
          : "system",
    );
  }
}

function read(): ThemePreference {
  try {
    const stored = localStorage.getItem(key);
    return stored === "light" || stored === "dark" ? stored : "system";
  } catch {
    return "system";
  }
}

function apply(preference: ThemePreference): void {
  const root = document.documentElement;
  if (preference === "system") delete root.dataset["theme"];
  else root.dataset["theme"] = preference;
}

export const theme = new Theme();
