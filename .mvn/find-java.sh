# Sourced by ./mvnw and ./espalier. Where JAVA_HOME is unset and the `java` on the PATH is
# older than 21 (or missing), picks the newest JDK of 21 or later from the usual places.
espalier_java_major() {
  "$1" -version 2>&1 | sed -n 's/.* version "\([0-9]*\).*/\1/p' | head -n 1
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
