# Sourced by ./mvnw and ./espalier. Where JAVA_HOME is unset and the `java` on the PATH is
# older than 21 (or missing), picks the newest JDK of 21 or later from the usual places.
#
# A JDK says its version in a file; only where there is none is it asked, which takes longer.
espalier_java_major() {
  _java=$(command -v "$1" || true)
  _release=$(dirname "$(dirname "$(readlink -f "$_java" 2>/dev/null || echo "$_java")")")/release
  if grep -q '^JAVA_VERSION=' "$_release" 2>/dev/null; then
    sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$_release"
  else
    "$1" -version 2>&1 | sed -n 's/.* version "\([0-9]*\).*/\1/p' | head -n 1
  fi
}

espalier_find_java() {
  [ -z "${JAVA_HOME-}" ] || return 0
  _major=0
  if command -v java >/dev/null 2>&1; then _major=$(espalier_java_major java); fi
  [ "${_major:-0}" -lt 21 ] || return 0
  _best=20
  _home=
  for _dir in /usr/lib/jvm/* /opt/java/* "${HOME-}"/.sdkman/candidates/java/* "${HOME-}"/.jdks/* \
    /Library/Java/JavaVirtualMachines/*/Contents/Home; do
    [ -x "$_dir/bin/javac" ] || continue
    _major=$(espalier_java_major "$_dir/bin/java")
    if [ "${_major:-0}" -gt "$_best" ]; then
      _best=$_major
      _home=$_dir
    fi
  done
  [ -z "$_home" ] || export JAVA_HOME="$_home"
}

espalier_find_java
