/** A module of a package, and where in its text which other module is imported. */
export interface PackageModule {
  /** Where it came from. */
  address: string;
  text: string;
  /** The quoted addresses of imports, in order: from the first quote to behind the last. */
  imports: readonly { from: number; to: number; address: string }[];
}

/** All modules of a package, each after those that it imports; the last is the package itself. */
export interface PackageCode {
  modules: readonly PackageModule[];
}

/** Why a package is not there, for people. */
export interface PackageProblem {
  problem: string;
}
