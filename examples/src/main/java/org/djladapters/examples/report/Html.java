/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.report;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Writes a report as one page of HTML with its pictures and without scripts. */
final class Html {

    private static final String STYLE =
            """
            body { font: 16px/1.5 system-ui, sans-serif; color: #222; background: #fff;
                   margin: 0 auto; padding: 0 1rem 3rem; max-width: 72rem; }
            h1, h2, h3, h4 { line-height: 1.25; margin: 2em 0 0.5em; }
            h1 { margin-top: 1em; }
            h1, h2, h3 { overflow-wrap: anywhere; }
            h3 a { color: inherit; text-decoration: none; }
            h2 { border-bottom: 1px solid #ccc; padding-bottom: 0.2em; }
            p, li { max-width: 48rem; overflow-wrap: anywhere; }
            nav ul { columns: 14rem; padding-left: 1.2rem; }
            .wide { overflow-x: auto; margin: 1em 0; }
            table { border-collapse: collapse; font-size: 0.875rem; }
            th, td { border-bottom: 1px solid #ddd; padding: 0.3em 0.7em; text-align: left;
                     vertical-align: top; }
            th { border-bottom: 2px solid #999; vertical-align: bottom; }
            td { min-width: 2rem; }
            td:first-child:not(.long) { white-space: nowrap; }
            td.number { text-align: right; white-space: nowrap; }
            td.long { min-width: min(18rem, 42vw); overflow-wrap: anywhere; }
            .pictures { display: grid; gap: 1rem;
                        grid-template-columns: repeat(auto-fit, minmax(min(100%, 26rem), 1fr)); }
            figure { margin: 0; break-inside: avoid; }
            figure.only { max-width: 60rem; }
            img { width: 100%; height: auto; }
            figcaption { font-size: 0.875rem; color: #555; }
            details { margin: 0.7em 0; }
            summary { cursor: pointer; font-weight: 600; }
            @media print {
              body { max-width: none; padding: 0; font-size: 10pt; }
              nav { display: none; }
              .wide { overflow: visible; }
              table { font-size: 7.5pt; }
              th, td { padding: 0.2em 0.4em; }
              td.long { min-width: 0; }
              tr { break-inside: avoid; }
              h2, h3, h4 { break-after: avoid; }
              .pictures { grid-template-columns: 1fr 1fr; }
            }
            """;

    private static final Pattern NUMBER =
            Pattern.compile(
                    "[-+–]?[0-9.,]*(–[0-9]+)?( ± [0-9.]+)?( %| [KM]i?B)?( times (fewer|more))?"
                            + "( [(][-+]?[0-9.]+ to [-+]?[0-9.]+[)])?( to [-+]?[0-9.]+)?");
    private static final int LONG = 60;

    private Html() {}

    static String of(List<Block> blocks) {
        StringBuilder html = new StringBuilder();
        html.append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
                .append(
                        "<meta name=\"viewport\" content=\"width=device-width,"
                                + " initial-scale=1\">\n")
                .append("<title>" + escape(title(blocks)) + "</title>\n")
                .append("<style>\n" + STYLE + "</style>\n</head>\n<body>\n");
        boolean listed = false;
        for (int i = 0; i < blocks.size(); i++) {
            if (!listed && blocks.get(i) instanceof Block.Heading h && h.level() == 2) {
                html.append(contents(blocks));
                listed = true;
            }
            html.append(of(blocks.get(i), i));
        }
        return html.append("</body>\n</html>\n").toString();
    }

    private static String title(List<Block> blocks) {
        return blocks.get(0) instanceof Block.Heading heading ? heading.text() : "Report";
    }

    private static String contents(List<Block> blocks) {
        StringBuilder list = new StringBuilder("<nav><ul>\n");
        for (int i = 0; i < blocks.size(); i++) {
            if (blocks.get(i) instanceof Block.Heading heading && heading.level() == 2) {
                list.append(
                        "<li><a href=\"#s%d\">%s</a></li>\n".formatted(i, escape(heading.text())));
            }
        }
        return list.append("</ul></nav>\n").toString();
    }

    private static String of(Block block, int index) {
        if (block instanceof Block.Heading heading) {
            return heading(heading, index);
        } else if (block instanceof Block.Paragraph paragraph) {
            return "<p>" + escape(paragraph.text()) + "</p>\n";
        } else if (block instanceof Block.Bullets bullets) {
            return bullets.points().stream()
                    .map(point -> "<li>" + escape(point) + "</li>\n")
                    .collect(Collectors.joining("", "<ul>\n", "</ul>\n"));
        } else if (block instanceof Block.Table table) {
            return table(table);
        } else if (block instanceof Block.Details details) {
            return details.blocks().stream()
                    .map(inner -> of(inner, index))
                    .collect(
                            Collectors.joining(
                                    "",
                                    "<details><summary>"
                                            + escape(details.summary())
                                            + "</summary>\n",
                                    "</details>\n"));
        }
        return gallery((Block.Gallery) block);
    }

    /** Writes a heading; one with an anchor is a link to itself, to be passed on. */
    private static String heading(Block.Heading heading, int index) {
        String id = heading.anchor().orElse("s" + index);
        String text = escape(heading.text());
        return "<h%1$d id=\"%2$s\">%3$s</h%1$d>\n"
                .formatted(
                        heading.level(),
                        id,
                        heading.anchor().isPresent()
                                ? "<a href=\"#%s\">%s</a>".formatted(id, text)
                                : text);
    }

    private static String table(Block.Table table) {
        StringBuilder html = new StringBuilder("<div class=\"wide\"><table>\n<thead><tr>");
        table.header().forEach(cell -> html.append("<th>" + escape(cell) + "</th>"));
        html.append("</tr></thead>\n<tbody>\n");
        for (List<String> row : table.rows()) {
            html.append("<tr>");
            row.forEach(cell -> html.append(cell(cell)));
            html.append("</tr>\n");
        }
        return html.append("</tbody></table></div>\n").toString();
    }

    private static String cell(String text) {
        String look = "";
        if (NUMBER.matcher(text).matches()) {
            look = " class=\"number\"";
        } else if (text.length() > LONG) {
            look = " class=\"long\"";
        }
        return "<td" + look + ">" + escape(text) + "</td>";
    }

    private static String gallery(Block.Gallery gallery) {
        boolean only = gallery.pictures().size() == 1;
        return gallery.pictures().stream()
                        .map(picture -> figure(picture, only))
                        .collect(
                                Collectors.joining(
                                        "", only ? "" : "<div class=\"pictures\">\n", ""))
                + (only ? "" : "</div>\n");
    }

    private static String figure(Block.Picture picture, boolean only) {
        return """
        <figure%s><img alt="%s" src="data:image/png;base64,%s">\
        <figcaption>%s</figcaption></figure>
        """
                .formatted(
                        only ? " class=\"only\"" : "",
                        escape(picture.caption()),
                        base64(picture.png()),
                        escape(picture.caption()));
    }

    private static String base64(ByteBuffer png) {
        ByteBuffer encoded = Base64.getEncoder().encode(png.duplicate());
        return StandardCharsets.ISO_8859_1.decode(encoded).toString();
    }

    static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }
}
