;;; emacs.el --- nfl lsp in eglot  -*- lexical-binding: t -*-
;; SPDX-License-Identifier: Apache-2.0
;; Attaches as editor.md says, then asks what a user would ask for.
(require 'package)
(package-initialize)
(require 'eglot)
(require 'flymake)
(require 'xref)

(define-derived-mode nfl-mode prog-mode "NFL"
  (setq-local comment-start "# ")
  (modify-syntax-entry ?# "<") (modify-syntax-entry ?\n ">") (modify-syntax-entry ?- "_"))
(add-to-list 'auto-mode-alist '("\\.nfl\\'" . nfl-mode))
(add-to-list 'eglot-server-programs (list 'nfl-mode (getenv "NFL") "lsp"))
(setq eglot-confirm-server-initiated-edits nil
      eglot-send-changes-idle-time 0
      flymake-no-changes-timeout 0.1)

(defvar failed 0)
(defun check (name holds &optional seen)
  (unless holds (setq failed (1+ failed)))
  (princ (format "%s  %s\n%s" (if holds "ok  " "FAIL") name (if holds "" (format "      %S\n" seen)))))
(defun at (text)
  (goto-char (point-min))
  (search-forward text)
  (goto-char (match-beginning 0)))
(defun told ()
  (mapcar #'flymake-diagnostic-text (flymake-diagnostics)))
(defun wait-for (holds)
  (let ((end (+ (float-time) 30)))
    (while (and (not (funcall holds)) (< (float-time) end))
      (eglot--signal-textDocument/didChange)
      (flymake-start)
      (accept-process-output nil 0.2))
    (funcall holds)))

(find-file "policy.nfl")
(apply #'eglot (eglot--guess-contact))
(check "the server is attached" (eglot-current-server))
(flymake-mode 1)

(at "nat postrouting")
(insert "nat prerouting {\n  snat to 203.0.113.2\n}\n\n")
(check "a mistake is told as one types"
       (wait-for (lambda () (seq-some (lambda (text) (string-match-p "cannot stand in" text)) (told)))) (told))
(at "nat prerouting")
(delete-region (point) (progn (search-forward "}\n\n") (point)))
(check "and gone when it is mended" (wait-for (lambda () (null (told)))) (told))

(at "masquerade out")
(forward-char 2)
(eglot--signal-textDocument/didChange)
(let ((hover (jsonrpc-request (eglot-current-server) :textDocument/hover (eglot--TextDocumentPositionParams))))
  (check "hover tells the lines of a rule" (string-match-p "-j MASQUERADE" (format "%S" hover)) hover))
(let ((labels (all-completions "" (nth 2 (eglot-completion-at-point)))))
  (check "completion knows the hook" (and (member "masquerade" labels) (not (member "dnat" labels))) labels))

(at "pc1:80")
(xref-find-definitions (xref-backend-identifier-at-point (xref-find-backend)))
(check "a name leads to its declaration" (= (line-number-at-pos) 8) (line-number-at-pos))
(eglot-rename "web")
(at "address web")
(check "a name is given another everywhere"
       (and (= (line-number-at-pos) 8) (search-forward "to web:80 router" nil t)) (line-number-at-pos))
(check "and the policy is whole" (wait-for (lambda () (null (told)))) (told))
(set-buffer-modified-p nil)
(eglot-shutdown (eglot-current-server))
(kill-emacs (if (zerop failed) 0 1))
