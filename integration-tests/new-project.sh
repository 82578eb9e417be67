#!/usr/bin/env bash
# What the README says to paste works, and the library is a module whose name does not depend on its file: makes a Maven
# project of its first pom.xml and its first class in Java, beside the model and the data that the README copies there, and
# builds and runs it offline.
#
#     integration-tests/new-project.sh [README]
#
# Needs what `mvn -DskipTests package` builds. The project lies in integration-tests/target/new-project and has a local
# repository of its own: the library as this checkout builds it, and links to all else in ~/.m2/repository (or in
# $REPOSITORY), into which nothing is installed.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1

readme=${1:-README.md}
known=${REPOSITORY:-$HOME/.m2/repository}
work=$PWD/integration-tests/target/new-project
repository=$work/repository
project=$work/project
program=examples/target/adapters.jar
manual=examples/src/main/resources/org/djladapters/examples/manual

fail() {
    echo "FAILED: $*" >&2
    exit 1
}

# run NAME COMMAND...: runs a command; its output is in NAME.log, and $error is the first line that says what was wrong.
run() {
    local log=$work/$1.log
    shift
    "$@" > "$log" 2>&1 && return
    error=$(grep -v 'COMPILATION ERROR' "$log" | grep -m 1 -E '^\[ERROR\]|^Exception|^Error' || tail -n 1 "$log")
    error="$error (more in $log)"
    return 1
}

# block LANGUAGE TEXT: the README's first block of that language that has this text.
block() {
    awk -v opening='```'"$1" -v text="$2" '
        !inside && /^```/ { inside = 1; wanted = $0 == opening; block = ""; next }
        inside && /^```/ { if (wanted && index(block, text)) { printf "%s", block; exit } inside = 0; next }
        inside { block = block $0 "\n" }
    ' "$readme"
}

# folder NAME: an empty Maven project. Maven looks for .mvn in the folders above; ours is not the new project's.
folder() {
    mkdir -p "$1/.mvn" "$1/src/main/java"
}

if [ "$(uname -sm)" != "Linux x86_64" ]; then
    echo "SKIPPED: the new project, because the README's pom.xml has the engine for Linux on x86-64."
    exit 0
fi
[ -f "$readme" ] || fail "there is no file $readme."
[ -f "$program" ] || fail "there is no $program; build it first: mvn -DskipTests package."
[ -d "$known" ] || fail "there is no local Maven repository $known; REPOSITORY=DIR says where yours is."
rm -rf "$work"
folder "$project"

block xml '<project' > "$project/pom.xml"
block java 'class ' > "$work/program.java"
[ -s "$project/pom.xml" ] || fail "$readme has no block of xml with a <project>."
[ -s "$work/program.java" ] || fail "$readme has no block of java with a class."
class=$(sed -nE 's/^(public )?(final )?class ([A-Za-z0-9_]+).*/\3/p' "$work/program.java" | head -n 1)
[ -n "$class" ] || fail "the first class in $readme has no name."
mv "$work/program.java" "$project/src/main/java/$class.java"

# Maven's own plugins, which a new project needs too, come over the network when they are missing.
folder "$work/empty"
cat > "$work/empty/pom.xml" << 'POM'
<project xmlns="http://maven.apache.org/POM/4.0.0">
    <modelVersion>4.0.0</modelVersion>
    <groupId>org.example</groupId>
    <artifactId>empty</artifactId>
    <version>1</version>
    <properties>
        <maven.compiler.source>17</maven.compiler.source>
        <maven.compiler.target>17</maven.compiler.target>
        <project.build.sourceEncoding>UTF-8</project.build.sourceEncoding>
    </properties>
</project>
POM
echo 'class Empty { public static void main(String[] args) {} }' > "$work/empty/src/main/java/Empty.java"
empty=(mvn --batch-mode --file "$work/empty" "-Dmaven.repo.local=$known" compile exec:java -Dexec.mainClass=Empty)
run plugins "${empty[@]}" --offline || run plugins "${empty[@]}" \
    || fail "Maven can't build an empty project: $error"

# Links to all that is known, except to what this project installed there.
mkdir -p "$repository/org"
find "$known" -mindepth 1 -maxdepth 1 ! -name org -exec ln -s -t "$repository" {} +
find "$known/org" -mindepth 1 -maxdepth 1 ! -name djladapters -exec ln -s -t "$repository/org" {} +

run install mvn --batch-mode install --projects adapter-block --also-make "-Dmaven.repo.local=$repository" \
    -DskipTests -Dmaven.source.skip -Dmaven.javadoc.skip -Dmdep.analyze.skip \
    || fail "the library can't be installed: $error"

library=$(find "$repository/org/djladapters/adapter-block" -name '*.jar')
jar --describe-module --file="$library" | grep -q '^org\.djladapters@.* automatic$' \
    || fail "$library is not the module org.djladapters."

run model java -jar "$program" model || fail "there is no model: $error"
cp -r "$(tail -n 1 "$work/model.log")" "$project/all-MiniLM-L6-v2" && cp "$manual"/*.tsv "$project" \
    || fail "the model and the data can't be copied."

cd "$project" || exit 1
maven=(mvn --batch-mode --offline "-Dmaven.repo.local=$repository")
run compile "${maven[@]}" compile || fail "the README's pom.xml and Java don't compile: $error"
run exec "${maven[@]}" --quiet exec:java "-Dexec.mainClass=$class" || fail "the README's Java doesn't run: $error"
rm -rf "$work"
echo "The project of $readme compiles and runs."
