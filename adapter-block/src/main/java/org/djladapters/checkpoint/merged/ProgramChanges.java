/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.checkpoint.merged;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.djladapters.archive.ArchiveEditor;
import org.djladapters.archive.ClassText;
import org.djladapters.archive.MethodText;
import org.djladapters.archive.ModuleNode;
import org.djladapters.archive.Statement;
import org.djladapters.archive.TorchArchive;
import org.djladapters.matmul.MergedProgram;
import org.djladapters.surgery.LinearStatements;

/** Statements of a program with what takes their place when a model is exported. */
final class ProgramChanges {

    private final TorchArchive archive;
    private final Map<ClassText, Map<Statement, String>> texts = new LinkedHashMap<>();
    private Optional<MergedProgram> called = Optional.empty();

    ProgramChanges(TorchArchive archive) {
        this.archive = archive;
    }

    /**
     * Lets linear layers call functions that are faster on some CPUs from so many rows of inputs
     * on.
     */
    void speedUp(MergedProgram program, int rows) {
        for (ClassText type : archive.classes().values()) {
            LinearStatements.of(type)
                    .forEach(
                            (statement, call) -> {
                                String product = program.call(call, rows);
                                change(
                                        type,
                                        statement,
                                        statement.kind() == Statement.Kind.RETURN
                                                ? "return " + product
                                                : statement.target() + " = " + product);
                                called = Optional.of(program);
                            });
        }
    }

    /**
     * Lets a module use its own weight where the program hands it another's: traced programs pass
     * the weight of an embedding to a tied head, which has one of its own after merging, whichever
     * of the two was adapted.
     */
    void untie(ModuleNode node, String attribute) {
        ClassText type = archive.classOf(node);
        String word = "(?<![\\w.])" + Pattern.quote(attribute) + "\\b";
        for (MethodText method : type.methods()) {
            if (method.arguments().stream().anyMatch(a -> a.name().equals(attribute))) {
                for (Statement statement : method.statements()) {
                    String text = text(type, statement);
                    String own = text.replaceAll(word, "self." + attribute);
                    if (!own.equals(text)) {
                        change(type, statement, own);
                    }
                }
            }
        }
    }

    /** Makes the changes. */
    void putInto(ArchiveEditor editor) {
        texts.forEach(
                (type, changed) ->
                        changed.forEach(
                                (statement, text) ->
                                        editor.replaceStatement(type, statement, text)));
        called.filter(program -> !archive.hasCode(program.entry())) // an export has them already
                .ifPresent(program -> editor.addCode(program.entry(), program.source()));
    }

    private String text(ClassText type, Statement statement) {
        return texts.getOrDefault(type, Map.of()).getOrDefault(statement, statement.text());
    }

    private void change(ClassText type, Statement statement, String text) {
        texts.computeIfAbsent(type, key -> new LinkedHashMap<>()).put(statement, text);
    }
}
