/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.djladapters.task.kind.Task;
import org.djladapters.task.kind.TaskDescriptor;
import org.junit.jupiter.api.Test;

/** The page about adding a task names the methods that there are. */
class AddingATaskTest {

    private static final Pattern FIRST = Pattern.compile("(?m)^(?:\\| |- )`(\\w+)`");
    private static final Pattern WORD = Pattern.compile("`(\\w+)`");

    @Test
    void methodsOfThePageExistAndThoseOfADescriptorAreAllThere() throws IOException {
        String page = Files.readString(Path.of("../examples/docs/adding-a-task.md"));
        String task = section(page, "## 2.", "## 3.");
        assertThat(methods(Task.class)).containsAll(found(FIRST, task));
        String descriptor = section(page, "## 3.", "## 4.");
        assertThat(methods(TaskDescriptor.class)).containsAll(found(FIRST, descriptor));
        Set<String> named = found(WORD, page);
        assertThat(named).containsAll(without(methods(TaskDescriptor.class), "metric"));
    }

    private static String section(String page, String from, String to) {
        return page.substring(page.indexOf(from), page.indexOf(to));
    }

    private static Set<String> found(Pattern pattern, String text) {
        return pattern.matcher(text)
                .results()
                .map(match -> match.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> methods(Class<?> type) {
        return Arrays.stream(type.getDeclaredMethods())
                .map(Method::getName)
                .filter(name -> !name.contains("$"))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static List<String> without(Set<String> names, String other) {
        return names.stream().filter(name -> !name.equals(other)).toList();
    }
}
