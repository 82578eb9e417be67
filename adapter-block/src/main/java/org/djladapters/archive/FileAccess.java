/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.archive;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Finds what a program could do besides computing: operators that touch files or memory which is
 * not theirs, operators and classes of libraries that are not known here, code that runs while the
 * model is loaded.
 *
 * <p>Operators are known by where they come from. All of {@code torch} compute but for a few;
 * {@code ops.name} is another library's unless it is listed. Whatever could give an operator, a
 * library or {@code torch} itself another name is taken for the worst.
 */
final class FileAccess {

    /** Libraries of operators that compute. */
    private static final Set<String> LIBRARIES =
            words(
                    "aten prim prims quantized _quantized quantized_decomposed mkldnn"
                            + " mkldnn_prepacked onednn prepacked sparse torchvision xnnpack");

    /** Operators of these libraries that don't, also called on a value: {@code x.save(file)}. */
    private static final Set<String> OPERATORS =
            words(
                    "save from_file data_ptr _reshape_alias _nested_view_from_buffer"
                            + " _nested_view_from_jagged _sparse_coo_tensor_unsafe"
                            + " _sparse_compressed_tensor_unsafe _sparse_csr_tensor_unsafe"
                            + " _sparse_csc_tensor_unsafe _sparse_bsr_tensor_unsafe"
                            + " _sparse_bsc_tensor_unsafe");

    /** Names of {@code torch} that are no operators but lead to others. */
    private static final Set<String> NOT_OF_TORCH =
            Set.of("load", "ops", "classes", "jit", "hub", "package", "_C", "distributed");

    /** Libraries of classes that compute, as in {@code __torch__.torch.classes.name.Class}. */
    private static final Set<String> CLASSES =
            Set.of("quantized", "mkldnn", "xnnpack", "sparse", "rnn");

    private static final Set<String> REMOTE = Set.of("rpc_async", "rpc_sync", "rpc_remote");

    /** Modules of PyTorch's own that unpack their weights while they are loaded. */
    private static final String QUANTIZED =
            "__torch__\\.torch\\.(ao\\.)?nn\\.(intrinsic\\.|qat\\.)?quantized\\..*";

    private final String file;
    private final String text;

    private static Set<String> words(String words) {
        return Set.of(words.split(" "));
    }

    private FileAccess(String file, String text) {
        this.file = file;
        this.text = text;
    }

    /** Returns what is found first in a file, to end a sentence that begins with the archive. */
    static Optional<String> find(String file, String text, List<SourceLine> lines) {
        return lines.stream().flatMap(new FileAccess(file, text)::inLine).findFirst();
    }

    static Optional<String> find(List<ClassText> classes) {
        return classes.stream()
                .filter(type -> type.method("__setstate__").isPresent())
                .map(ClassText::qualifiedName)
                .filter(name -> !name.matches(QUANTIZED))
                .map(name -> "runs its own code while it is loaded (" + name + ".__setstate__)")
                .findFirst();
    }

    private Stream<String> inLine(SourceLine line) {
        List<Token> words = line.tokens();
        for (int i = 0; i < words.size(); i++) {
            Optional<String> call = at(words, i);
            if (call.isPresent()) {
                long number = SourceLine.number(text, words.get(i).start());
                return Stream.of("calls " + call.get() + " (" + file + ", line " + number + ")");
            }
        }
        return Stream.empty();
    }

    private static Optional<String> at(List<Token> words, int i) {
        Token word = words.get(i);
        if (word.kind() != Token.Kind.NAME) {
            return Optional.empty();
        }
        boolean member = i > 0 && words.get(i - 1).is(".");
        String name = word.text();
        if (member) {
            return OPERATORS.contains(name) && !isQualified(words, i)
                    ? Optional.of(name)
                    : Optional.empty();
        }
        if (i > 0 && (words.get(i - 1).is("def") || words.get(i - 1).is("class"))) {
            return Optional.empty(); // such a name is used behind a dot
        }
        boolean declared = i + 1 < words.size() && words.get(i + 1).is(":");
        String first = member(words, i + 1);
        String second = member(words, i + 3);
        return switch (name) {
            case "torch" -> unless(declared || isOperator(first), "torch." + first);
            case "ops" ->
                    unless(
                            declared
                                    || (LIBRARIES.contains(first)
                                            && !second.isEmpty()
                                            && !OPERATORS.contains(second)),
                            "ops." + first + '.' + second);
            case "__torch__" -> classes(words, i, first, second);
            case "getattr" -> attribute(words, i);
            default -> unless(!REMOTE.contains(name), name);
        };
    }

    private static Optional<String> unless(boolean harmless, String found) {
        return harmless ? Optional.empty() : Optional.of(found);
    }

    private static boolean isOperator(String name) {
        return !name.isEmpty() && !OPERATORS.contains(name) && !NOT_OF_TORCH.contains(name);
    }

    private static Optional<String> classes(List<Token> words, int i, String first, String second) {
        String library = member(words, i + 5);
        boolean torch = first.equals("torch"); // alone it could be given another name
        boolean custom = torch && second.equals("classes");
        boolean named = !first.isEmpty() && !(torch && second.isEmpty());
        return unless(
                named && (!custom || CLASSES.contains(library)),
                "__torch__." + first + (custom ? ".classes." + library : ""));
    }

    /** Finds an attribute whose name can't be read as it stands, or is something harmful. */
    private static Optional<String> attribute(List<Token> words, int i) {
        int depth = words.get(i).depth();
        String name = null;
        int texts = 0;
        for (int j = i + 2; j < words.size() && !words.get(j).isAt(depth, ")"); j++) {
            if (words.get(j).kind() == Token.Kind.STRING && words.get(j).depth() == depth + 1) {
                name = words.get(j).text();
                texts++;
            }
        }
        boolean plain = texts == 1 && name.matches("(['\"])[^'\"\\\\]*\\1");
        return unless(
                plain && isOperator(name.substring(1, name.length() - 1)),
                "getattr with " + (name == null ? "no name" : name));
    }

    /** Returns the name after a dot at a place, empty if there is none. */
    private static String member(List<Token> words, int dot) {
        return dot + 1 < words.size()
                        && words.get(dot).is(".")
                        && words.get(dot + 1).kind() == Token.Kind.NAME
                ? words.get(dot + 1).text()
                : "";
    }

    /**
     * Returns whether a name is part of the name of a class or function of the program itself. The
     * last of many may be called on a value, that of an enumeration.
     */
    private static boolean isQualified(List<Token> words, int i) {
        int first = i;
        while (first >= 2
                && words.get(first - 1).is(".")
                && words.get(first - 2).kind() == Token.Kind.NAME) {
            first -= 2;
        }
        boolean outermost = first == 0 || !words.get(first - 1).is(".");
        boolean last = member(words, i + 1).isEmpty();
        return outermost && words.get(first).is("__torch__") && !(last && i > first + 4);
    }
}
